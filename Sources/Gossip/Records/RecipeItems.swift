import Basics

/// Which of a peer's recipe entries are announced under which item: the newest, one of each recipe; the items of those
/// that are gone are given out again.
public struct RecipeItems: Sendable {
    /// What to tell gossip: an empty body withdraws.
    public struct Change: Hashable, Sendable {
        public let item: UInt8
        public let body: [UInt8]
    }

    private var table = ItemTable<RecipeKey>()

    public init() {}

    /// What is announced now, by item.
    public var announced: [RecipeEntry?] { table.bodies.map { $0.flatMap { try? RecipeEntry(decoding: $0) } } }

    /// These entries count from now on; of more than ``GossipLimits/recipeEntries`` the newest.
    public mutating func update(_ entries: [RecipeEntry]) -> [Change] {
        var seen: Set<RecipeKey> = []
        let newest = entries.sorted { ($0.published, $0.image) > ($1.published, $1.image) }
            .filter { seen.insert($0.recipe).inserted }
            .prefix(GossipLimits.recipeEntries)
        let told = table.tell(newest.map { ($0.recipe, $0.encoded()) }, room: GossipLimits.recipeEntries)
        return told.map { Change(item: $0.item, body: $0.body) }
    }
}
