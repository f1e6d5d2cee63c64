public import Basics

/// How many bytes of a frame that has begun a socket collects before it wakes its peer.
///
/// A slice as a rule: what came of it is passed on at once. On a host without time for the peer its event loop comes late
/// by more than a slice takes; then each wakeup may as well bring what comes meanwhile. That delays nobody further and leaves
/// the processor more time for others.
public struct WakeMark: Hashable, Sendable {
    /// What the socket collects now, of what the other side has said it sends.
    public private(set) var bytes = FormatLimits.sliceBytes
    private var received = 0
    private var lastLook: Instant?

    /// Further bytes save little.
    private static let mostSlices = 4

    public init() {}

    /// Bytes of slices came.
    public mutating func received(_ count: Int) { received += count }

    /// Due every ``PipelineLimits/progressInterval``.
    ///
    /// - Parameter lag: how late the event loop has come lately.
    public mutating func look(now: Instant, lag: Duration) {
        defer {
            received = 0
            lastLook = now
        }
        guard let lastLook, now > lastLook else { return }
        let meanwhile = Double(received) * (lag / (now - lastLook))
        let slices = Int(min(meanwhile / Double(FormatLimits.sliceBytes), Double(Self.mostSlices)).rounded(.up))
        bytes = max(1, slices) * FormatLimits.sliceBytes
    }
}
