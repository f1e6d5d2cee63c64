package import Basics
package import Gossip
package import Trust

extension RecipeEntry {
    /// An entry signed by its publisher.
    package init(recipe: RecipeKey, image: ImageID, site: SiteID, published: UInt64, by publisher: SigningKey) {
        self.init(
            recipe: recipe, image: image, site: site, published: published, publisher: publisher.publicKey,
            signature: [])
        signature = publisher.sign(signedBytes, context: .recipe).bytes
    }

    /// Whether the publisher that it names has signed it; whether that one is trusted is another question.
    package var isAuthentic: Bool {
        Signature(bytes: signature)?.isValid(for: signedBytes, by: publisher, context: .recipe) ?? false
    }
}
