/// The bounds of what a file may hold; a file beyond one of them is refused with an error that says which.
public enum YAMLLimits {
    /// How deep lists and mappings may be nested.
    public static let depth = 32
    /// How many values more than its bytes a file may hold once its aliases are followed. A file without aliases
    /// never has more values than bytes.
    public static let spareValues = 1024
    /// The most bytes of a value that an error message repeats.
    public static let quotedBytes = 60
}
