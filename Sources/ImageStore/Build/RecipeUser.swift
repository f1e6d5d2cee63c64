/// A login user that a recipe adds to the image: home under /home, bash, no password, a group of its own.
public struct RecipeUser: Hashable, Sendable {
    public var name: String
    /// nil: the next free one from 1000 on, which depends on the order of the users.
    public var uid: UInt32?

    public init(name: String, uid: UInt32? = nil) {
        self.name = name
        self.uid = uid
    }
}
