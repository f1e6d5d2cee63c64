/// The distribution that every image of a cluster starts from.
public struct ClusterBase: Hashable, Sendable {
    public var distro = "debian"
    public var suite = "bookworm"
    /// The flavour of kernel package: `cloud` or `generic`.
    public var kernel = "cloud"

    public init() {}
}
