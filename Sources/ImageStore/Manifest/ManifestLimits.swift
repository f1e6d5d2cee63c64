/// Bounds that every manifest obeys; a decoder checks them before it takes memory.
public enum ManifestLimits {
    /// Entries in a public page; only the last page of a part has fewer.
    public static let entriesPerPage = 1024
    /// Chunk secrets in a sealed page; only the last sealed page has fewer.
    public static let secretsPerPage = 1024
    /// The largest header.
    public static let headerBytes = 16 * 1024
    /// The largest public page.
    public static let pageBytes = 11 + entriesPerPage * 37
    /// What sealing adds to a page: a nonce of 24 bytes and a tag of 16.
    public static let sealOverheadBytes = 40
    /// The largest sealed page of chunk secrets.
    public static let sealedPageBytes = secretsPerPage * SealedChunk.byteCount + sealOverheadBytes
    /// The largest first sealed page: recipe key and package list.
    public static let sealedHeadBytes = 1 << 20
    /// Named parts of an image.
    public static let parts = 16
    /// The longest name of a part.
    public static let partNameBytes = 31
    /// The longest architecture name.
    public static let architectureBytes = 31
    /// The longest kernel command line.
    public static let commandLineBytes = 2048
    /// The largest manifest with all its pages and signatures.
    public static let encodedBytes = 128 << 20
    /// The most distinct chunks that fit into such a manifest.
    public static let distinctChunks = 1 << 20
    /// Signatures of one manifest.
    public static let signatures = 8
    /// Packages in the list of the sealed part.
    public static let packages = 20_000
    /// The longest `name=version` in that list.
    public static let packageBytes = 255
    /// The highest version, so that it fits a signed column.
    public static let version = UInt64(Int64.max)
}
