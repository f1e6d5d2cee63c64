import Basics

/// Which of a peer's recipe entries are announced under which item: the newest, one of each recipe; the items of those
/// that are gone are given out again.
public struct RecipeItems: Sendable {
    /// What to tell gossip: an empty body withdraws.
    public struct Change: Hashable, Sendable {
        public let item: UInt8
        public let body: [UInt8]
    }

    private var held = [RecipeEntry?](repeating: nil, count: GossipLimits.recipeEntries)

    public init() {}

    /// What is announced now, by item.
    public var announced: [RecipeEntry?] { held }

    /// These entries count from now on; of more than ``GossipLimits/recipeEntries`` the newest.
    public mutating func update(_ entries: [RecipeEntry]) -> [Change] {
        var seen: Set<RecipeKey> = []
        let newest = entries.sorted { ($0.published, $0.image) > ($1.published, $1.image) }
            .filter { seen.insert($0.recipe).inserted }
            .prefix(GossipLimits.recipeEntries)
        let before = held
        for item in held.indices {
            if let entry = held[item], !newest.contains(entry) { held[item] = nil }
        }
        for entry in newest where !held.contains(entry) {
            if let free = held.firstIndex(of: nil) { held[free] = entry }
        }
        return held.indices.compactMap { item in
            held[item] == before[item] ? nil : Change(item: UInt8(item), body: held[item]?.encoded() ?? [])
        }
    }
}
