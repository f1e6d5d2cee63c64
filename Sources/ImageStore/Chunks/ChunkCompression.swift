/// How plain chunks are compressed before they are sealed.
package enum ChunkCompression: Sendable, Hashable {
    case none
    case zstd(level: Int32)

    /// The level that every publisher uses, so that equal plain chunks get equal stored forms.
    ///
    /// The highest level at which two cores publish well over 300 MB/s of a Debian file system: see docs/STORAGE.md.
    package static let pinned = ChunkCompression.zstd(level: 2)
}
