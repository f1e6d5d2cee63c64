/// How large the chunks of an image are, and their slices.
struct ChunkSizes: Sendable {
    /// Stored bytes of each distinct chunk.
    let lengths: [Int]
    /// Bytes of a slice; the last of a chunk may be smaller.
    let sliceBytes: Int

    /// How many slices a chunk has.
    func slices(of index: Int) -> Int { (lengths[index] + sliceBytes - 1) / sliceBytes }

    /// The bytes of one slice.
    func bytes(of index: Int, slice: Int) -> Int { min(sliceBytes, lengths[index] - slice * sliceBytes) }
}
