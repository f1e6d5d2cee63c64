/// When `up` calls a cluster done, and when it gives up.
public struct ClusterReadiness: Hashable, Sendable {
    /// `up` fails after this long without any progress, however long it has been running.
    public var noProgress: Duration = .seconds(120)
    /// The share of nodes that must be READY for a part of the cluster to count as partly done, from 0 to 1.
    public var minimumShare = 0.95

    public init() {}

    /// How many of `count` nodes must be READY; at least 1.
    public func minimumReady(of count: Int) -> Int {
        max(1, min(count, Int((minimumShare * Double(count)).rounded(.up))))
    }
}
