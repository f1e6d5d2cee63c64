/// A file that a recipe puts into the image.
public struct RecipeFile: Hashable, Sendable {
    /// Absolute, without `.` or `..`. Missing directories above it are made and belong to the file's owner.
    public var path: String
    public var content: [UInt8]
    /// Permission bits, at most 0o7777.
    public var mode: UInt16
    /// A user of the image: from the packages, or from the recipe's users.
    public var owner: String
    public var group: String

    public init(
        path: String, content: [UInt8], mode: UInt16 = 0o644, owner: String = "root", group: String = "root"
    ) {
        self.path = path
        self.content = content
        self.mode = mode
        self.owner = owner
        self.group = group
    }
}
