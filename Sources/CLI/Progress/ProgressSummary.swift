import Peer

/// How far a transfer is over all hosts, when there are several: how many are done, and when the last one will be.
struct ProgressSummary {
    let hosts: Int
    let done: Int
    private let bytes: Int64
    private let total: Int64
    /// Seconds until the last host is done; nil when nobody can tell.
    private let secondsLeft: Double?

    /// Nil when fewer than two hosts are on their way.
    init?(_ lines: [ProgressLine]) {
        let transfers = lines.filter { $0.phase == .transfer && $0.host != nil }
        guard transfers.count > 1, transfers.contains(where: { !$0.isFinished }) else { return nil }
        hosts = transfers.count
        done = transfers.count { $0.isFinished }
        bytes = transfers.reduce(0) { $0 &+ ($1.done ?? 0) }
        total = transfers.reduce(0) { $0 &+ ($1.total ?? 0) }
        secondsLeft = transfers.filter { !$0.isFinished }.compactMap(\.secondsLeft).max()
    }

    /// `transfer all hosts: 41 %, 3 of 7 done, 12 s left`.
    var text: String {
        [
            "transfer all hosts: \(Figures.percent(bytes, of: total))", "\(done) of \(hosts) done",
            Figures.left(secondsLeft),
        ].filter { !$0.isEmpty }.joined(separator: ", ")
    }
}
