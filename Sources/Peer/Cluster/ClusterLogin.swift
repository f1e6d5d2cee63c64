/// The public keys that may log in as a user: they travel in a node's seed and never enter an image.
public struct ClusterLogin: Hashable, Sendable {
    public var user: ClusterUser
    /// Lines of `authorized_keys`, without line ends.
    public var keys: [String]

    public init(user: ClusterUser, keys: [String]) {
        self.user = user
        self.keys = keys
    }
}
