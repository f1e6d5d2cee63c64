import Basics
import ImageStore
import Trust

/// Lets other hosts of the site read images, on their own request.
///
/// A host that may build images and knows the recipe of one could make it itself: a grant only spares it the work. So
/// the role builder and a proof that it knows the recipe are what is asked for, and this peer's own certificate must
/// allow it to grant. Images that were imported are granted to nobody on request.
struct GrantService: Sendable {
    let store: LocalStore
    let workers: WorkerPool
    let membership: PeerMembership
    let gossip: GossipHandle

    func grant(_ call: GrantCall, to caller: RequestCaller) async throws -> GrantReply {
        let doing = "granting an image to \(caller.name)"
        guard caller.roles.contains(.builder) else {
            throw SkeinError(
                .permission, doing: doing, cause: "its certificate may not build images",
                next: "push the image to it, or ask at a peer whose certificate has the role builder")
        }
        guard membership.siteFile.chain.peer.roles.contains(.grant) else {
            throw SkeinError(.permission, doing: doing, cause: "the certificate of this peer may not grant images")
        }
        guard let image = ImageID(hex: call.image) else {
            throw SkeinError(.usage, doing: doing, cause: "the request is malformed")
        }
        guard let chain = try await gossip.certificates()[caller.peer], chain.peer.peer == caller.peer,
            (try? chain.verify(site: membership.siteFile.site, now: WallClock.unixSeconds())) != nil
        else { throw SkeinError(.permission, doing: doing, cause: "its certificate is not known here yet") }
        let store = store
        let identity = membership.identity
        return try await workers.run {
            guard let record = try RecipeRecord.of(image, in: store),
                RecipeRecord.proof(
                    of: record.secret, image: image, asker: caller.peer, holder: identity.peerID
                ).hex == call.proof
            else {
                throw SkeinError(
                    .permission, doing: doing, cause: "it has not shown that it knows the recipe of that image")
            }
            guard try store.isComplete(image), let key = try store.imageKey(for: image, identity: identity) else {
                throw SkeinError(.notFound, doing: doing, cause: "image \(image.short) is not readable here")
            }
            let grant = Grant.issue(image: image, key: key, to: chain.peer, by: identity)
            return GrantReply(grant: JSON.base64(grant.encoded()))
        }
    }
}
