import Basics
import Gossip
import ImageStore
import Logging
import Trust

/// Tells the other peers which recipes need no build any more: announces an entry for the images of recipes that are
/// whole here.
///
/// Of images that were built here this peer is the publisher and signs the entry; of fetched ones it passes on the entry
/// that it found them by, so that they are found also when their publisher is away.
actor RecipeAnnouncer {
    private let store: LocalStore
    private let workers: WorkerPool
    private let membership: PeerMembership
    private let gossip: GossipHandle
    private let logger: Logger
    private var items = RecipeItems()
    private var isWanted = false
    private var isRunning = false

    init(
        store: LocalStore, workers: WorkerPool, membership: PeerMembership, gossip: GossipHandle, logger: Logger
    ) {
        self.store = store
        self.workers = workers
        self.membership = membership
        self.gossip = gossip
        self.logger = logger
    }

    /// What is held may have changed.
    nonisolated func wake() { Task { await refresh() } }

    private func refresh() async {
        isWanted = true
        guard !isRunning else { return }
        isRunning = true
        defer { isRunning = false }
        while isWanted {
            isWanted = false
            let store = store
            let membership = membership
            do {
                let entries = try await workers.run { try RecipeAnnouncer.entries(store, membership) }
                for change in items.update(entries) {
                    gossip.announce(.recipeEntry, item: change.item, change.body)
                }
            } catch {
                logger.warning("the recipes of this peer are not announced: \(error)")
            }
        }
    }

    private static func entries(_ store: LocalStore, _ membership: PeerMembership) throws -> [RecipeEntry] {
        try store.builds(limit: 2 * GossipLimits.recipeEntries).compactMap { build in
            guard try store.isComplete(build.image), let manifest = try store.manifest(build.image),
                let record = try RecipeRecord.of(build.image, in: store)
            else { return nil }
            guard manifest.header.publisher == membership.peerID else {
                return record.entry.flatMap { $0.recipe == build.recipe ? $0 : nil }
            }
            return RecipeEntry(
                recipe: build.recipe, image: build.image, site: membership.siteFile.site, published: build.at,
                by: membership.identity.signing)
        }
    }
}
