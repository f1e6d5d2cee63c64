public import Basics

/// Sizes and bounds of the store; those of the chunk format are in `FormatLimits`.
public enum StoreLimits {
    /// A pack that has reached this size takes no further record.
    public static let packBytes: Int64 = 256 << 20
    /// How many bytes of chunks one append and one `fdatasync` make durable together, at most.
    public static let batchBytes = 8 << 20
    /// Free space that new chunks must leave, so that the databases can still be written.
    public static let reserve = ByteCount.mebibytes(32)
    /// The longest image name.
    public static let imageNameBytes = 127
    /// The shortest prefix of an ImageID that people may write in place of the whole.
    public static let imagePrefixDigits = 4
    /// The longest value of a record in `state.sqlite`.
    public static let recordBytes = 4 << 20
    /// The longest kind and the longest name of a record.
    public static let recordNameBytes = 255
    /// How many chunks the store remembers as found bad.
    public static let quarantined = 100_000
    /// Blocks of memory for chunks that wait for the next use, until ``ChunkBlocks/release()``. More than a transfer ever
    /// has in use at once: what waits was in use a moment before, so it adds nothing to the peak.
    public static let idleBlocks = 128
    /// Places of chunks that one look-up brings, and that are remembered at most.
    static let placesAhead = 64
    static let rememberedPlaces = 1_024
    /// Threads that compress, hash and write for one publish, verify or assembly.
    public static let workers = 16
}
