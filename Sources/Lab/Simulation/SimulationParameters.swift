public import Basics
import FoundationEssentials

/// What the simulator takes from measuring: times of the software and shares of the network that no file declares.
///
/// The defaults were fitted by `skein lab calibrate` (docs/LAB.md says on which files and how far off they are).
public struct SimulationParameters: Codable, Sendable, Hashable {
    /// Payload of a plain TCP connection over the declared rate of a link.
    public var goodputShare = 0.9515
    /// Payload of slices over the payload of the connection: frame headers, chunk headers, credit, progress.
    public var frameShare = 1.0
    /// Seconds from the command until orders go out, and for each target more.
    public var orderSeconds = 0.003
    public var orderPerTargetSeconds = 0.002
    /// Seconds for a connection with its handshake, without the delays of links.
    public var dialSeconds = 0.012
    /// Seconds from a manifest at a candidate to the same manifest believed at the target.
    public var manifestSeconds = 0.008
    /// Seconds from a slice at a relay to the same slice on its way to a child, without the links.
    public var relaySeconds = 0.0012
    /// Processor seconds of a host for each slice: it takes no more slices than that.
    public var sliceSeconds = 0.00008
    /// Seconds from the last byte to the verified, assembled copy.
    public var finishSeconds = 0.033
    /// Bytes a second to and from the store.
    public var diskRate: Double = 400e6
    /// Seconds from the start of a process to its first datagram.
    public var startSeconds = 0.4
    /// Bytes a second of a host whose link has no rate.
    public var unshapedRate: Double = 250e6
    /// What a queue before a shaped link holds, in seconds of its rate: the window of a connection without delay.
    public var queueSeconds = 0.045

    public init() {}

    /// What ``read(_:)`` reads.
    public var json: String { ReportJSON.text(self) }

    /// Reads what `skein lab calibrate` wrote.
    ///
    /// - Throws: `SkeinError`: `notFound`; `usage` for what is no such file, and for numbers that no network has.
    public static func read(_ path: String) throws(SkeinError) -> SimulationParameters {
        guard let bytes = Files.read(path, limit: 1 << 20) else {
            throw Files.failure(path, doing: doing, next: next)
        }
        do {
            let parameters: SimulationParameters = try ReportJSON.value(Data(bytes), from: path)
            try parameters.check(path)
            return parameters
        } catch {
            var failure = error
            failure.next = next
            throw failure
        }
    }

    private static let doing = "reading parameters of the simulator"
    private static let next = "give a file that skein lab calibrate wrote with --write, or leave --parameters away"

    /// A rate of zero or a time without end would never let an event happen.
    private func check(_ path: String) throws(SkeinError) {
        let shares = [(CodingKeys.goodputShare, goodputShare), (.frameShare, frameShare)]
        let rates = [(CodingKeys.diskRate, diskRate), (.unshapedRate, unshapedRate)]
        let seconds = [
            (CodingKeys.orderSeconds, orderSeconds), (.orderPerTargetSeconds, orderPerTargetSeconds),
            (.dialSeconds, dialSeconds), (.manifestSeconds, manifestSeconds), (.relaySeconds, relaySeconds),
            (.sliceSeconds, sliceSeconds), (.finishSeconds, finishSeconds), (.startSeconds, startSeconds),
            (.queueSeconds, queueSeconds),
        ]
        for (values, range, what) in [
            (shares, 0.01...1.0, "is a share from 0.01 to 1"), (rates, 1e3...1e13, "is a rate from 1e3 to 1e13"),
            (seconds, 0.0...60.0, "is a time from 0 to 60 s"),
        ] {
            for (key, value) in values where !range.contains(value) {
                throw SkeinError(.usage, doing: Self.doing, cause: "\(path): \(key.stringValue) \(what), not \(value)")
            }
        }
    }

    enum CodingKeys: String, CodingKey {
        case goodputShare = "goodput_share"
        case frameShare = "frame_share"
        case orderSeconds = "order_s"
        case orderPerTargetSeconds = "order_per_target_s"
        case dialSeconds = "dial_s"
        case manifestSeconds = "manifest_s"
        case relaySeconds = "relay_s"
        case sliceSeconds = "slice_s"
        case finishSeconds = "finish_s"
        case diskRate = "disk_bytes_per_s"
        case startSeconds = "start_s"
        case unshapedRate = "unshaped_bytes_per_s"
        case queueSeconds = "queue_s"
    }
}
