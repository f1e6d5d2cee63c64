internal import Basics

/// Where a chunk's record begins, and how long its stored form is.
struct ChunkLocation: Hashable {
    let pack: UInt32
    let offset: Int64
    let length: Int

    /// The offset behind the record.
    var end: Int64 { offset + Int64(PackRecord.byteCount(length: length)) }
}

/// A chunk and where it lies: a row of the catalog.
struct ChunkRow: Hashable {
    let id: ChunkID
    let location: ChunkLocation
}
