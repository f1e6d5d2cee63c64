import Basics
import Peer
import Pipeline
import Testing
import Trust

/// Whoever brings an order: it counts only as an operator of the site signed it, for this host.
@Suite struct OrderBundleTests {
    private func accept(
        _ bundle: OrderBundle, at host: OrderSite.Host, site: OrderSite, now: UInt64 = OrderSite.now
    ) throws -> InstallOrder {
        try OrderBundle(decoding: bundle.encoded()) { issuer, first in
            try OrderBundle.check(first, of: issuer, for: host.peer, site: site.authority.site, now: now)
        }.orders[0].order
    }

    private func refusal(_ body: () throws -> InstallOrder) -> SkeinError? {
        #expect(throws: SkeinError.self) { _ = try body() }
    }

    @Test("a target gets its own order, and the others are as they were")
    func good() throws {
        let site = try OrderSite(hosts: 3)
        let bundle = site.bundle([site.signed(for: site.hosts[1].peer), site.signed(for: site.hosts[2].peer)])
        #expect(try accept(bundle, at: site.hosts[1], site: site) == site.order())
        let rest = site.bundle(Array(try OrderBundle(decoding: bundle.encoded()).orders.dropFirst()))
        #expect(try accept(rest, at: site.hosts[2], site: site) == site.order())
    }

    @Test("an order for another host, or one that somebody else signed, is refused")
    func forged() throws {
        let site = try OrderSite(hosts: 3)
        let forTwo = site.bundle([site.signed(for: site.hosts[2].peer)])
        #expect(refusal { try accept(forTwo, at: site.hosts[1], site: site) }?.code == .permission)
        let forOne = SignedOrder(
            site.order(), for: site.hosts[1].peer, issued: OrderSite.now, by: site.hosts[2].identity.signing)
        let error = refusal { try accept(site.bundle([forOne]), at: site.hosts[1], site: site) }
        #expect(error?.code == .permission && error?.cause.contains("not signed") == true)
    }

    @Test("who is no operator orders nothing, and who may not grant grants nothing")
    func roles() throws {
        let plain = try OrderSite(hosts: 2, roles: [.builder, .grant])
        let order = plain.bundle([plain.signed(for: plain.hosts[1].peer)])
        #expect(refusal { try accept(order, at: plain.hosts[1], site: plain) }?.next.contains("operator") == true)
        for (roles, isFine) in [([.operator], false), (.all, true)] as [(PeerRoles, Bool)] {
            let site = try OrderSite(hosts: 2, roles: roles)
            let target = site.hosts[1]
            let grant = Grant.issue(
                image: ImageID(.zero), key: ImageKey(), to: target.chain.peer, by: site.hosts[0].identity)
            let bundle = site.bundle([site.signed(for: target.peer, grant: grant)])
            if isFine {
                #expect(try accept(bundle, at: target, site: site).grant == grant)
            } else {
                #expect(refusal { try accept(bundle, at: target, site: site) }?.next.contains("role grant") == true)
            }
        }
    }

    @Test("a grant of somebody else does not count")
    func foreignGrant() throws {
        let site = try OrderSite(hosts: 3)
        let grant = Grant.issue(
            image: ImageID(.zero), key: ImageKey(), to: site.hosts[1].chain.peer, by: site.hosts[2].identity)
        let bundle = site.bundle([site.signed(for: site.hosts[1].peer, grant: grant)])
        #expect(refusal { try accept(bundle, at: site.hosts[1], site: site) }?.code == .permission)
    }

    @Test("an order of another site or of another time is refused")
    func foreign() throws {
        let (site, other) = (try OrderSite(hosts: 2), try OrderSite(hosts: 2))
        let bundle = site.bundle([site.signed(for: site.hosts[1].peer)])
        #expect(refusal { try accept(bundle, at: site.hosts[1], site: other) }?.code == .permission)
        for issued in [0, OrderSite.now - 25 * 3600, OrderSite.now + 3600, .max] {
            let bundle = site.bundle([site.signed(for: site.hosts[1].peer, issued: issued)])
            #expect(refusal { try accept(bundle, at: site.hosts[1], site: site) }?.cause.contains("time") == true)
        }
    }

    @Test("nothing is read of the other orders before the first one counts")
    func others() throws {
        let site = try OrderSite(hosts: 3)
        let good = site.bundle([site.signed(for: site.hosts[1].peer), site.signed(for: site.hosts[2].peer)])
        let cut = Array(good.encoded().dropLast(100))
        let refused = SkeinError(.permission, doing: "testing", cause: "no")
        #expect(throws: SkeinError.self) { try OrderBundle(decoding: cut) { _, _ in throw refused } }
        #expect(throws: DecodeError.self) { try OrderBundle(decoding: cut) }
    }

    @Test("bytes that are no bundle are an error", arguments: [1, 2] as [UInt64])
    func hostile(seed: UInt64) throws {
        var random = RandomSource(seed: seed)
        let site = try OrderSite(hosts: 3)
        let order = site.signed(for: site.hosts[1].peer)
        let good = site.bundle([order, site.signed(for: site.hosts[2].peer)]).encoded()
        for _ in 0..<1_000 {
            var bytes = good
            bytes[Int.random(in: 0..<bytes.count, using: &random)] ^= UInt8.random(in: 1...255, using: &random)
            bytes.removeLast(Int.random(in: 0...3, using: &random))
            _ = try? OrderBundle(decoding: bytes) { issuer, first in
                try OrderBundle.check(
                    first, of: issuer, for: site.hosts[1].peer, site: site.authority.site, now: OrderSite.now)
            }
        }
        #expect(throws: DecodeError.self) { try OrderBundle(decoding: []) }
        #expect(throws: DecodeError.self) { try OrderBundle(decoding: site.bundle([]).encoded()) }
        #expect(throws: DecodeError.self) { try OrderBundle(decoding: site.bundle([order, order]).encoded()) }
    }
}
