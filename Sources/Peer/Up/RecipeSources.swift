package import Basics
package import Gossip

/// Where the image of a recipe can be fetched, by what gossip says: images with those who hold them, best first.
package struct RecipeSources: Sendable {
    package struct Source: Sendable {
        package let entry: RecipeEntry
        /// Present peers that hold the image, nearest first.
        package let holders: [PeerID]
    }

    /// Another peer that is present.
    package struct Holder: Sendable {
        let place: LinkHost
        let holdings: [ImageID]

        package init(place: LinkHost, holdings: [ImageID]) {
            self.place = place
            self.holdings = holdings
        }
    }

    package let all: [Source]
    /// Entries of the recipe that were ignored: bytes that are none, of another site, not signed by their publisher, or by
    /// one that is not trusted.
    package let refused: Int

    /// - Parameters:
    ///   - announced: bodies of entries with who announced each.
    ///   - present: peers that can be asked.
    ///   - own: where this peer stands.
    ///   - isTrusted: whether a peer may publish for this site.
    package init(
        of recipe: RecipeKey, site: SiteID, announced: [(owner: PeerID, body: [UInt8])], present: [Holder],
        own: LinkHost, isTrusted: (PeerID) -> Bool
    ) {
        var refused = 0
        var owners: [RecipeEntry: Set<PeerID>] = [:]
        for (owner, body) in announced {
            guard let entry = try? RecipeEntry(decoding: body) else {
                refused += 1
                continue
            }
            guard entry.recipe == recipe else { continue }
            if owners[entry] != nil {
                owners[entry]?.insert(owner)
            } else if entry.site == site, isTrusted(PeerID(entry.publisher)), entry.isAuthentic {
                owners[entry] = [owner]
            } else {
                refused += 1
            }
        }
        self.refused = refused
        func distance(_ holder: Holder) -> Int {
            guard holder.place.site == own.site else { return 2 }
            return holder.place.rack == own.rack ? 0 : 1
        }
        all =
            owners.compactMap { entry, owners -> Source? in
                // A pulse names some of the images only; who announces the entry holds its image too.
                let holders = present.filter { owners.contains($0.place.peer) || $0.holdings.contains(entry.image) }
                let order = holders.sorted { (distance($0), $0.place.peer) < (distance($1), $1.place.peer) }
                    .map(\.place.peer)
                return order.isEmpty ? nil : Source(entry: entry, holders: order)
            }
            .sorted { ($0.entry.published, $0.entry.image) > ($1.entry.published, $1.entry.image) }
    }
}
