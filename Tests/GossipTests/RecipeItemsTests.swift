import Basics
import Gossip
import Testing

/// Which entries a peer announces, and under which items.
@Suite struct RecipeItemsTests {
    private static func entry(_ recipe: UInt8, at published: UInt64, image: UInt8 = 0) -> RecipeEntry {
        func digest(_ byte: UInt8) -> Digest { Digest(bytes: [UInt8](repeating: byte, count: 32))! }
        return RecipeEntry(
            recipe: RecipeKey(digest(recipe)), image: ImageID(digest(image)), site: SiteID(digest(9)),
            published: published, publisher: digest(8), signature: [UInt8](repeating: 7, count: 64))
    }

    @Test func onlyWhatChangedIsTold() {
        var items = RecipeItems()
        let first = items.update([Self.entry(1, at: 1), Self.entry(2, at: 2)])
        #expect(first.map(\.item) == [0, 1])
        #expect(items.update([Self.entry(2, at: 2), Self.entry(1, at: 1)]).isEmpty)
        let third = items.update([Self.entry(1, at: 1), Self.entry(2, at: 2), Self.entry(3, at: 3)])
        #expect(third.map(\.item) == [2])
        #expect((try? RecipeEntry(decoding: third[0].body)) == Self.entry(3, at: 3))
    }

    @Test func itemsAreGivenOutAgain() {
        var items = RecipeItems()
        _ = items.update([Self.entry(1, at: 1), Self.entry(2, at: 2)])
        let gone = items.update([Self.entry(2, at: 2)])
        #expect(gone.count == 1 && gone[0].body.isEmpty)
        let new = items.update([Self.entry(2, at: 2), Self.entry(3, at: 3)])
        #expect(new.map(\.item) == gone.map(\.item))
        #expect(!new[0].body.isEmpty)
    }

    @Test func theNewestAreKept() {
        var items = RecipeItems()
        let all = (0..<40).map { Self.entry(UInt8($0), at: UInt64($0)) }
        #expect(items.update(all).count == GossipLimits.recipeEntries)
        let kept = items.announced.compactMap(\.?.published).sorted()
        #expect(kept == (UInt64(40 - GossipLimits.recipeEntries)..<40).map { $0 })
        // One more takes the item of the oldest, and nothing else is told.
        #expect(items.update(all + [Self.entry(99, at: 99)]).count == 1)
    }

    @Test func aRecipeHasOneImage() {
        var items = RecipeItems()
        _ = items.update([Self.entry(1, at: 1, image: 1), Self.entry(1, at: 2, image: 2)])
        #expect(items.announced.compactMap(\.?.published) == [2])
    }
}
