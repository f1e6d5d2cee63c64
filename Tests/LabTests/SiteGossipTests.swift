import Basics
import Gossip
import Lab
import Testing

/// Sites as groups of their own: what crosses between them, and what becomes of it when bridges die.
@Suite("Gossip across sites")
struct SiteGossipTests {
    private static let second: Int64 = 1_000_000_000

    private static func world(sites: Int, hosts: Int, seed: UInt64, loss: Double = 0) -> GossipWorld {
        var options = GossipWorld.Options()
        options.sites = sites
        options.loss = loss
        let world = GossipWorld(hosts: hosts, seed: seed, options: options)
        world.settle()
        world.run(for: 20 * second)
        return world
    }

    private static let intent = InstallIntent(
        order: Digest(prefix: 5), orderBytes: 4096, image: ImageID(Digest(prefix: 7)), targetCount: 64, priority: 1,
        expires: 2_000_000_000)

    /// The hosts that know an intent of this owner, of their own site or another one.
    private static func knowing(_ owner: Int, in world: GossipWorld) -> Int {
        let id = world.ids[owner]
        return world.ids.indices.count { host in
            guard world.isUp[host] else { return false }
            let own = world.machines[host].records(of: .installIntent).contains { $0.owner == id }
            return own
                || world.machines[host].relayedRecords.contains {
                    $0.record.owner == id && (try? InstallIntent(decoding: $0.record.body)) == intent
                }
        }
    }

    @Test("an announcement crosses to every peer of every site, and so does its end", arguments: [1, 2] as [UInt64])
    func announcement(seed: UInt64) throws {
        let world = Self.world(sites: 5, hosts: 200, seed: seed, loss: 0.01)
        world.feed(77, .announce(kind: .installIntent, item: 3, body: Self.intent.encoded()))
        let took = try #require(world.run(atMost: 20 * Self.second) { Self.knowing(77, in: world) == 200 })
        print("an announcement is known in 5 sites of 40 after \(Double(took) / 1e9) s")
        #expect(took < 4 * Self.second)
        world.feed(77, .announce(kind: .installIntent, item: 3, body: []))
        let ended = try #require(world.run(atMost: 30 * Self.second) { Self.knowing(77, in: world) == 0 })
        #expect(ended < 15 * Self.second)
    }

    @Test("each peer has a line for each other site, with what is there")
    func directory() {
        let world = Self.world(sites: 8, hosts: 240, seed: 3)
        for host in world.ids.indices {
            let lines = world.machines[host].siteDirectory
            #expect(lines.map(\.site) == (0..<8).filter { $0 != world.site(of: host) }.map { "site-\($0)" })
            #expect(lines.allSatisfy { $0.presentCount == 30 && $0.vcpus == 120 && $0.bridge != nil })
        }
    }

    @Test("a site whose bridges all die at once is heard again")
    func bridgesDie() throws {
        let world = Self.world(sites: 3, hosts: 120, seed: 4)
        let first = world.machines[0].bridges
        let dying = world.ids.indices.filter { first.contains(world.ids[$0]) }
        #expect(dying.count == GossipLimits.bridges)
        for host in dying { world.crash(host) }
        let alive = try #require(world.ids.indices.first { world.isUp[$0] })
        let took = try #require(
            world.run(atMost: 60 * Self.second) {
                let now = world.machines[alive].bridges
                let there = world.ids.indices.filter { world.isUp[$0] && now.contains(world.ids[$0]) }
                return now.all.allSatisfy { !first.contains($0) }
                    && there.allSatisfy { world.bridgeMachine(of: $0) != nil }
            })
        print("four new bridges after \(Double(took) / 1e9) s")
        #expect(took < 20 * Self.second)
        world.run(for: 5 * Self.second)
        // From the site that lost them, and into it.
        world.feed(alive, .announce(kind: .installIntent, item: 0, body: Self.intent.encoded()))
        world.feed(100, .announce(kind: .installIntent, item: 0, body: Self.intent.encoded()))
        let heard = try #require(
            world.run(atMost: 20 * Self.second) {
                Self.knowing(alive, in: world) == 116 && Self.knowing(100, in: world) == 116
            })
        #expect(heard < 5 * Self.second)
        // Nobody is left in the group of bridges that is none.
        let bridges = world.ids.indices.filter { world.isUp[$0] && world.bridgeMachine(of: $0) != nil }
        #expect(bridges.count == 3 * GossipLimits.bridges)
    }

    @Test("a bridge that is none any more takes back what it carried")
    func handingOver() throws {
        let world = Self.world(sites: 2, hosts: 40, seed: 5)
        world.feed(30, .announce(kind: .installIntent, item: 0, body: Self.intent.encoded()))
        world.run(for: 5 * Self.second)
        #expect(Self.knowing(30, in: world) == 40)
        let carriers = { world.machines[0].records(of: .relayed).map(\.owner) }
        let before = carriers()
        #expect(before.count == 1, "one bridge carries it, and not all")
        let carrier = try #require(world.ids.firstIndex(of: before[0]))
        world.crash(carrier)
        let took = world.run(atMost: 60 * Self.second) { carriers().contains { $0 != before[0] } }
        #expect(try #require(took) < 20 * Self.second)
    }

    @Test("the same seed gives the same run")
    func seedsDecide() {
        let run = { Self.world(sites: 4, hosts: 80, seed: 6).traceText }
        #expect(run() == run())
    }
}
