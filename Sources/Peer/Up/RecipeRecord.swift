package import Basics
package import Gossip
import ImageStore
import Trust

/// What a peer remembers of an image that a recipe gave, beside the image: what proves that somebody knows the recipe, and
/// the entry by which the image was found, when it was fetched.
package struct RecipeRecord: Hashable, Sendable {
    package var secret: Digest
    package var entry: RecipeEntry?

    package init(secret: Digest, entry: RecipeEntry?) {
        self.secret = secret
        self.entry = entry
    }

    package func encoded() -> [UInt8] { secret.bytes + (entry?.encoded() ?? []) }

    package init(decoding bytes: [UInt8]) throws(DecodeError) {
        var reader = ByteReader(bytes)
        secret = try reader.readDigest()
        entry = reader.remaining == 0 ? nil : try RecipeEntry(decoding: Array(bytes[Digest.byteCount...]))
    }

    /// What the asker of a grant sends: only who knows the recipe can make it, and it is of no use to anybody else, nor
    /// with another holder.
    package static func proof(of secret: Digest, image: ImageID, asker: PeerID, holder: PeerID) -> Digest {
        var writer = ByteWriter(capacity: 160)
        writer.write(text: "skein-grant-proof-1")
        writer.write(secret)
        writer.write(image.digest)
        writer.write(asker.digest)
        writer.write(holder.digest)
        return ContentHash.of(writer.bytes)
    }

    // MARK: In the store

    private static let kind = "recipe"

    func note(of image: ImageID, in store: LocalStore) throws(SkeinError) {
        try store.state.setRecord(kind: RecipeRecord.kind, name: image.description, bytes: encoded())
    }

    /// Nil as well when what is there is no record: then the image is not announced and not granted on request.
    static func of(_ image: ImageID, in store: LocalStore) throws(SkeinError) -> RecipeRecord? {
        guard let bytes = try store.state.record(kind: kind, name: image.description) else { return nil }
        return try? RecipeRecord(decoding: bytes)
    }

    static func forget(_ image: ImageID, in store: LocalStore) throws(SkeinError) {
        try store.state.removeRecord(kind: kind, name: image.description)
    }
}
