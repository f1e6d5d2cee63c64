import Basics

/// The transfers of this peer since it started, oldest first; the oldest that have ended are forgotten beyond a limit.
struct TransferLog: Sendable {
    private(set) var records: [TransferRecord] = []

    mutating func begin(_ image: ImageID, now: Instant) {
        if records.count >= PeerLimits.rememberedTransfers, let ended = records.firstIndex(where: { $0.hasEnded }) {
            records.remove(at: ended)
        }
        records.append(TransferRecord(image: image, started: now))
    }

    /// Changes the transfer of an image that is under way.
    mutating func update(_ image: ImageID, _ change: (inout TransferRecord) -> Void) {
        guard let place = records.lastIndex(where: { $0.image == image && !$0.hasEnded }) else { return }
        change(&records[place])
    }
}
