/// A file that goes into an image.
public struct ClusterFile: Hashable, Sendable {
    /// Absolute, without `.`, `..` or a trailing slash.
    public var path: String
    public var content: [UInt8]
    /// Permission bits.
    public var mode: UInt16
    public var owner: String
    public var group: String

    public init(path: String, content: [UInt8], mode: UInt16, owner: String, group: String) {
        self.path = path
        self.content = content
        self.mode = mode
        self.owner = owner
        self.group = group
    }
}
