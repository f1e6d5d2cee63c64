import Basics
import Peer
import Pipeline
import Trust

/// Orders as they are passed on, and the news of them.
enum OrderSamples {
    @Sendable static func all() -> [[UInt8]] {
        let sample = TrustSamples.shared
        let peer = sample.identity.peerID
        let plan = FetchPlan(
            candidates: [[peer, PeerID(.zero)], []], spare: [1], othersWait: true, deal: 2, far: [peer])
        let order = InstallOrder(image: ImageID(.zero), plan: plan, publisher: sample.chain, grant: sample.grant)
        let signed = SignedOrder(order, for: peer, issued: 1_800_000_000, by: sample.identity.signing)
        let news = [
            OrderNews(place: 1, state: .moved(InstallProgress(bytes: 1, total: 2, isAssembling: false))),
            OrderNews(place: 2, state: .done(InstallOutcome(bytes: 1, chunks: 2, seconds: 0.5))),
            OrderNews(place: 0, state: .failed(SkeinError(.notFound, doing: "looking", cause: "it is not there"))),
        ]
        return [
            [0] + order.encoded(), [1] + OrderBundle(issuer: sample.chain, orders: [signed]).encoded(),
            [2] + OrderNews.encode(news),
        ]
    }

    @Sendable static func read(_ bytes: [UInt8]) {
        guard let kind = bytes.first else { return }
        let body = Array(bytes.dropFirst())
        switch kind % 3 {
        case 0:
            if let order = try? InstallOrder(decoding: body) { precondition(order.encoded() == body, "another order") }
        case 1:
            guard let bundle = try? OrderBundle(decoding: body) else { return }
            let again = try? OrderBundle(decoding: bundle.encoded())
            precondition(again == bundle, "another bundle")
            try? OrderBundle.check(
                bundle.orders[0], of: bundle.issuer, for: bundle.orders[0].target, site: bundle.issuer.peer.site,
                now: 1_800_000_000)
        default:
            guard let news = try? OrderNews.decode(body) else { return }
            let again = try? OrderNews.decode(OrderNews.encode(news))
            precondition(again?.map(\.place) == news.map(\.place), "other news")
        }
    }
}
