import Basics
import Gossip
import Peer
import Testing
import Trust

/// From whom the image of a recipe is fetched, and whose word counts for nothing.
@Suite struct RecipeSourcesTests {
    private static let publisher = SigningKey()
    private static let site = SiteID(digest(1))
    private static let recipe = RecipeKey(digest(2))
    private static let image = ImageID(digest(3))
    private static let own = LinkHost(peer: PeerID(digest(10)), site: "tokyo", rack: "r0")

    private static func digest(_ byte: UInt8) -> Digest { Digest(bytes: [UInt8](repeating: byte, count: 32))! }

    private static func entry(
        image: ImageID = image, site: SiteID = site, published: UInt64 = 5, by key: SigningKey = publisher
    ) -> RecipeEntry {
        RecipeEntry(recipe: recipe, image: image, site: site, published: published, by: key)
    }

    private static func holder(
        _ number: UInt8, site: String = "tokyo", rack: String = "r0", holds: [ImageID] = []
    ) -> RecipeSources.Holder {
        .init(place: LinkHost(peer: PeerID(digest(number)), site: site, rack: rack), holdings: holds)
    }

    private static func sources(
        _ announced: [(UInt8, [UInt8])], present: [RecipeSources.Holder]
    ) -> RecipeSources {
        RecipeSources(
            of: recipe, site: site, announced: announced.map { (owner: PeerID(digest($0.0)), body: $0.1) },
            present: present, own: own
        ) { $0.digest == publisher.publicKey }
    }

    @Test func whoAnnouncesOrHoldsItIsAskedNearestFirst() {
        let found = Self.sources(
            [(20, Self.entry().encoded())],
            present: [
                Self.holder(20, site: "kyoto"), Self.holder(21, rack: "r1", holds: [Self.image]),
                Self.holder(22, holds: [Self.image]), Self.holder(23),
            ])
        #expect(found.refused == 0)
        #expect(found.all.map(\.entry) == [Self.entry()])
        #expect(found.all.first?.holders == [22, 21, 20].map { PeerID(Self.digest($0)) })
    }

    @Test func anEntryWithoutAPresentHolderIsNoSource() {
        let found = Self.sources([(20, Self.entry().encoded())], present: [Self.holder(21)])
        #expect(found.all.isEmpty && found.refused == 0)
    }

    @Test func theSameEntryOfManyIsOneSourceAndTheNewestImageComesFirst() {
        let newer = ImageID(Self.digest(4))
        let found = Self.sources(
            [
                (20, Self.entry().encoded()), (21, Self.entry().encoded()),
                (21, Self.entry(image: newer, published: 6).encoded()),
            ], present: [Self.holder(20), Self.holder(21)])
        #expect(found.all.map(\.entry.image) == [newer, Self.image])
        #expect(found.all.map(\.holders.count) == [1, 2])
    }

    @Test func whatDoesNotVerifyIsIgnoredAndCounted() {
        var forged = Self.entry()
        forged.image = ImageID(Self.digest(66))
        let bad: [[UInt8]] = [
            forged.encoded(), Self.entry(by: SigningKey()).encoded(),
            Self.entry(site: SiteID(Self.digest(9))).encoded(),
            [1, 2, 3], Array(Self.entry().encoded().dropLast()),
        ]
        let found = Self.sources(bad.map { (20, $0) }, present: [Self.holder(20)])
        #expect(found.all.isEmpty)
        #expect(found.refused == bad.count)
    }

    @Test func aProofIsForOneImageAskerAndHolder() {
        let peers = [20, 21].map { PeerID(Self.digest($0)) }
        func proof(_ secret: UInt8, _ image: ImageID, _ asker: Int, _ holder: Int) -> Digest {
            RecipeRecord.proof(of: Self.digest(secret), image: image, asker: peers[asker], holder: peers[holder])
        }
        let all = [
            proof(1, Self.image, 0, 1), proof(2, Self.image, 0, 1), proof(1, ImageID(Self.digest(4)), 0, 1),
            proof(1, Self.image, 1, 0), proof(1, Self.image, 0, 0), proof(1, Self.image, 1, 1),
        ]
        #expect(Set(all).count == all.count)
    }

    @Test func recordsComeBackAsTheyWereAndAnyBytesAreAValueOrAnError() throws {
        for record in [
            RecipeRecord(secret: Self.digest(1), entry: nil), RecipeRecord(secret: Self.digest(2), entry: Self.entry()),
        ] {
            let bytes = record.encoded()
            #expect(try RecipeRecord(decoding: bytes) == record)
            for count in 0..<bytes.count where count != 32 {
                #expect(throws: DecodeError.self) { try RecipeRecord(decoding: Array(bytes.prefix(count))) }
            }
        }
    }

    @Test func entriesOfOtherRecipesAreNotLookedAt() {
        let other = RecipeEntry(
            recipe: RecipeKey(Self.digest(7)), image: Self.image, site: Self.site, published: 1, by: SigningKey())
        let found = Self.sources([(20, other.encoded())], present: [Self.holder(20)])
        #expect(found.all.isEmpty && found.refused == 0)
    }
}
