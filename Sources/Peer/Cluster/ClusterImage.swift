/// What one image of a cluster holds on top of its base: the only part of a cluster file that makes images.
public struct ClusterImage: Hashable, Sendable {
    /// Without duplicates, in the order of the file.
    public var packages: [String] = []
    /// In the order of the file; those of a tree sorted by path.
    public var files: [ClusterFile] = []
    /// Accounts to create; `root` is there anyway and never listed.
    public var users: [ClusterUser] = []
    /// Shell steps in order.
    public var run: [String] = []

    public init() {}
}
