/// What opening a store had to put right after a crash or a loss.
public struct RecoveryReport: Sendable, Hashable {
    /// The catalog was missing or corrupt and was made again from the packs.
    public internal(set) var rebuiltCatalog = false
    /// Durable chunks that had no row and got one.
    public internal(set) var adoptedChunks = 0
    /// Rows whose bytes were gone.
    public internal(set) var droppedRows = 0
    /// Torn bytes cut off the ends of packs.
    public internal(set) var truncatedBytes: Int64 = 0
    /// Records in packs whose bytes did not fit their hashes.
    public internal(set) var damagedRecords = 0

    /// Whether there was nothing to put right.
    public var isClean: Bool { self == RecoveryReport() }
}
