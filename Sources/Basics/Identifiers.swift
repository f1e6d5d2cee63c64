/// A name that is 32 bytes: a digest of what it names, or a public key.
public protocol DigestIdentifier: Hashable, Comparable, Sendable, CustomStringConvertible {
    var digest: Digest { get }
    init(_ digest: Digest)
}

extension DigestIdentifier {
    public static func < (a: Self, b: Self) -> Bool { a.digest < b.digest }

    /// An identifier from 64 hexadecimal digits, or nil.
    public init?(hex: some StringProtocol) {
        guard let digest = Digest(hex: hex) else { return nil }
        self.init(digest)
    }

    /// 64 hexadecimal digits.
    public var description: String { digest.hex }

    /// The first 12 hexadecimal digits: what people see.
    public var short: String { String(digest.hex.prefix(12)) }
}

/// A peer (the daemon on one host): its Ed25519 public key.
public struct PeerID: DigestIdentifier {
    public let digest: Digest
    public init(_ digest: Digest) { self.digest = digest }
}

/// A site: the Ed25519 public key of its root.
public struct SiteID: DigestIdentifier {
    public let digest: Digest
    public init(_ digest: Digest) { self.digest = digest }
}

/// An image: SHA-256 of the unsigned canonical bytes of its manifest.
public struct ImageID: DigestIdentifier {
    public let digest: Digest
    public init(_ digest: Digest) { self.digest = digest }
}

/// A chunk: SHA-256 over the length, tag and slice hashes of its stored form.
public struct ChunkID: DigestIdentifier {
    public let digest: Digest
    public init(_ digest: Digest) { self.digest = digest }
}

/// A namespace of chunks: images of one namespace and epoch deduplicate against each other.
public struct NamespaceID: DigestIdentifier {
    public let digest: Digest
    public init(_ digest: Digest) { self.digest = digest }
}

/// What an image was built from: SHA-256 of its resolved recipe.
public struct RecipeKey: DigestIdentifier {
    public let digest: Digest
    public init(_ digest: Digest) { self.digest = digest }
}
