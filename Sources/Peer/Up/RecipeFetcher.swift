import Basics
import Gossip
import ImageStore
import Logging
import Metrics
import Pipeline
import Trust

/// Fetches the image of a recipe from peers that hold it, so that nothing needs to be built twice in a site.
struct RecipeFetcher: Sendable {
    let store: LocalStore
    let workers: WorkerPool
    let membership: PeerMembership
    let plane: DataPlaneHandle
    let gossip: GossipHandle
    let installs: InstallService
    let logger: Logger
    let holdingsChanged: @Sendable () -> Void

    private static let refused = Counter(label: "skein_recipe_entries_refused_total")

    /// The image, whole and readable in this peer's store; nil when nobody present has it, or it was not to be had.
    ///
    /// - Parameter secret: what proves to holders that this peer knows the recipe.
    func fetch(_ recipe: RecipeKey, secret: Digest, name: String, _ sink: EventSink) async throws -> ImageID? {
        let chains = try await gossip.certificates()
        let view = try await gossip.view()
        let site = membership.siteFile.site
        let now = WallClock.unixSeconds()
        func may(_ peer: PeerID, _ role: PeerRoles) -> Bool {
            guard let chain = chains[peer], chain.peer.peer == peer, chain.peer.roles.contains(role) else {
                return false
            }
            return (try? chain.verify(site: site, now: now)) != nil
        }
        guard let own = view.member(view.own).map(LinkHost.init) else { return nil }
        let sources = RecipeSources(
            of: recipe, site: site,
            announced: try await gossip.records(of: .recipeEntry).map { ($0.owner, $0.body) },
            present: view.members.filter { $0.state == .alive && !$0.isSelf }.map {
                RecipeSources.Holder(place: LinkHost($0), holdings: $0.pulse?.holdings ?? [])
            }, own: own
        ) { may($0, .builder) }
        if sources.refused > 0 {
            RecipeFetcher.refused.increment(by: sources.refused)
            logger.warning("\(sources.refused) entries of recipes are not what they seem, and are ignored")
        }
        for source in sources.all.prefix(PeerLimits.recipeImages) {
            let holders = source.holders.prefix(PeerLimits.recipeHolders)
            guard let publisher = chains[PeerID(source.entry.publisher)],
                let grant = await grant(
                    source.entry.image, secret, holders: Array(holders), isGrantor: { may($0, .grant) })
            else { continue }
            do {
                let order = InstallOrder(
                    // The nearest holder is asked first.
                    image: source.entry.image, plan: FetchPlan(from: Array(holders)),
                    publisher: publisher, grant: grant)
                let from = view.name(of: holders[holders.startIndex])
                sink.message(.resolve, "image \(name) was built before (\(source.entry.image.short)): fetching it")
                let outcome = try await installs.install(order) { progress in
                    sink.progress(
                        progress.isAssembling ? .assemble : .transfer, done: progress.bytes, total: progress.total,
                        unit: .bytes, host: view.name(of: view.own))
                }
                try await confirm(source.entry, secret)
                holdingsChanged()
                sink.message(
                    .resolve,
                    "fetched \(name) from \(from)\(holders.count > 1 ? " and others" : "") in \(outcome.seconds.tenths) s"
                )
                return source.entry.image
            } catch {
                try Task.checkCancellation()
                let reason = SkeinError.wrap(error, doing: "fetching image \(source.entry.image.short)")
                sink.warning(.resolve, "\(reason.doing): \(reason.cause)")
            }
        }
        return nil
    }

    /// Asks those who hold an image to let this peer read it, one after the other.
    private func grant(_ image: ImageID, _ secret: Digest, holders: [PeerID], isGrantor: (PeerID) -> Bool) async
        -> Grant?
    {
        let plane = plane
        for holder in holders where isGrantor(holder) {
            let proof = RecipeRecord.proof(of: secret, image: image, asker: membership.peerID, holder: holder)
            let argument = JSON.encode(GrantCall(image: image.description, proof: proof.hex))
            let answer = try? await withPatience(.seconds(PeerLimits.grantSeconds)) {
                try await plane.request(.grant, of: holder, argument: argument)
            }
            guard let answer, let reply = try? JSON.decode(GrantReply.self, from: answer, "a grant"),
                let grant = try? Grant(decoding: JSON.fromBase64(reply.grant) ?? []), grant.isAuthentic,
                grant.issuer == holder, grant.recipient == membership.peerID, grant.image == image
            else { continue }
            return grant
        }
        return nil
    }

    /// Believes the entry only when the image itself says, sealed and signed by its publisher, that the recipe made it.
    private func confirm(_ entry: RecipeEntry, _ secret: Digest) async throws {
        let store = store
        let identity = membership.identity
        let isTrue = try await workers.run {
            guard let manifest = try store.manifest(entry.image), manifest.header.publisher.digest == entry.publisher,
                let key = try store.imageKey(for: entry.image, identity: identity),
                try manifest.open(with: key).recipe == entry.recipe
            else { return false }
            try RecipeRecord(secret: secret, entry: entry).note(of: entry.image, in: store)
            try store.state.setBuild(entry.recipe, image: entry.image, at: Int64(WallClock.unixSeconds()))
            return true
        }
        guard isTrue else {
            RecipeFetcher.refused.increment()
            throw SkeinError(
                .corrupt, doing: "fetching image \(entry.image.short)", cause: "it is not what its entry says",
                next: "remove it with `skein image rm`, and look at the peer that published it")
        }
    }
}
