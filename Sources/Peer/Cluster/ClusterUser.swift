/// A user account that goes into an image; its keys do not.
public struct ClusterUser: Hashable, Sendable {
    public var name: String
    public var uid: UInt32?

    public init(name: String, uid: UInt32?) {
        self.name = name
        self.uid = uid
    }

    /// Where the account lives in the guest.
    public var home: String { name == "root" ? "/root" : "/home/\(name)" }
}
