import ArgumentParser
import Basics
import Peer

/// What an image may take of the hosts' links.
struct TransferOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "What it may take of each host's link, each way, such as 200Mbit; everything when not given.",
            valueName: "rate"))
    var limit: String?
    @Option(
        name: .long,
        help: ArgumentHelp(
            "high, normal or background: images of a lower priority get what the higher leave; those in the background "
                + "also make room for all other traffic of a host.",
            valueName: "priority"))
    var priority: String = TransferRequest.usualPriority

    func validate() throws {
        if let limit, rate == nil {
            throw ValidationError("--limit is a rate from 1Mbit on, such as 200Mbit, not '\(limit)'")
        }
        guard TransferRequest.priorities.contains(priority) else {
            let names = TransferRequest.priorities.joined(separator: ", ")
            throw ValidationError("--priority is one of \(names), not '\(priority)'")
        }
    }

    /// What the peer is asked for.
    var request: TransferRequest { TransferRequest(limit: rate, priority: priority) }

    /// Bytes per second.
    private var rate: Int? {
        let rate = limit.flatMap { BitRate(parsing: $0)?.bytesPerSecond }
        return rate.flatMap { $0 >= PeerLimits.leastLimit ? $0 : nil }
    }
}
