public import Basics

/// Which image a recipe gave: the body of an item of kind ``RecordKind/recipeEntry``.
///
/// The publisher's signature is inside: a peer that carries an entry for another site is not its author. Whether the
/// publisher is trusted is for whoever uses it. Bytes after the known fields are ignored.
public struct RecipeEntry: Hashable, Sendable {
    public var recipe: RecipeKey
    public var image: ImageID
    public var site: SiteID
    /// Seconds since 1970.
    public var published: UInt64
    /// The Ed25519 public key of the publisher.
    public var publisher: Digest
    /// 64 bytes, over ``signedBytes``.
    public var signature: [UInt8]

    public init(
        recipe: RecipeKey, image: ImageID, site: SiteID, published: UInt64, publisher: Digest, signature: [UInt8]
    ) {
        self.recipe = recipe
        self.image = image
        self.site = site
        self.published = published
        self.publisher = publisher
        self.signature = signature
    }

    private static let format: UInt8 = 1

    /// What the publisher signs.
    public var signedBytes: [UInt8] {
        var writer = ByteWriter(capacity: 144)
        writer.write(RecipeEntry.format)
        writer.write(recipe.digest)
        writer.write(image.digest)
        writer.write(site.digest)
        writer.write(published)
        writer.write(publisher)
        return writer.bytes
    }

    public func encoded() -> [UInt8] { signedBytes + signature }

    public init(decoding bytes: [UInt8]) throws(DecodeError) {
        var reader = ByteReader(bytes)
        let format = try reader.readUInt8()
        guard format == RecipeEntry.format else { throw .unsupportedVersion(UInt64(format)) }
        recipe = RecipeKey(try reader.readDigest())
        image = ImageID(try reader.readDigest())
        site = SiteID(try reader.readDigest())
        published = try reader.readUInt64()
        publisher = try reader.readDigest()
        signature = try reader.readBytes(GossipLimits.signatureBytes)
    }
}
