import Basics
import Peer
import Pipeline
import Trust

/// A site and its hosts, with orders of the first host for the others.
struct OrderSite {
    static let now: UInt64 = 1_800_000_000

    struct Host {
        let identity: PeerIdentity
        let chain: CertificateChain

        var peer: PeerID { identity.peerID }
    }

    let authority: SiteAuthority
    let hosts: [Host]

    init(hosts count: Int, roles: PeerRoles = .all) throws {
        let authority = try SiteAuthority(siteName: "one", now: Self.now)
        self.authority = authority
        hosts = try (0..<count).map { number in
            let identity = PeerIdentity()
            return Host(
                identity: identity,
                chain: try authority.issue(peer: identity, name: "h\(number)", roles: roles, now: Self.now))
        }
    }

    func order(grant: Grant? = nil) -> InstallOrder {
        InstallOrder(
            image: ImageID(.zero), plan: FetchPlan(from: [hosts[0].peer]), publisher: hosts[0].chain, grant: grant)
    }

    /// The order of the first host for another.
    func signed(for target: PeerID, grant: Grant? = nil, issued: UInt64 = OrderSite.now) -> SignedOrder {
        SignedOrder(order(grant: grant), for: target, issued: issued, by: hosts[0].identity.signing)
    }

    func bundle(_ orders: [SignedOrder]) -> OrderBundle { OrderBundle(issuer: hosts[0].chain, orders: orders) }
}
