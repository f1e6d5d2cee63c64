/// Sizes and bounds that belong to the format and to no single module.
public enum FormatLimits {
    /// The plain size of a chunk; the last chunk of a part may be smaller.
    public static let chunkBytes = 256 * 1024
    /// The size of a slice of a chunk's stored form; the last slice may be smaller.
    public static let sliceBytes = 16 * 1024
    /// The largest number of slices of one chunk.
    public static let slicesPerChunk = chunkBytes / sliceBytes
    /// The largest part of an image: 16 TiB.
    public static let partBytes: Int64 = 16 << 40
    /// The longest name of a host, site, rack, cluster, role or node, in bytes.
    public static let nameBytes = 63
    /// The most peers a plan, a cluster order or a view may name.
    public static let peers = 16_384
}
