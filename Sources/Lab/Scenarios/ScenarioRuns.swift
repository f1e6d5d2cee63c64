import Basics
import Gossip
import Synchronization

/// The stories of ``GossipScenario``.
enum ScenarioRuns {
    private static let second: Int64 = 1_000_000_000
    /// How long a settled group runs before anything happens to it: round trips are known then.
    private static let warmUp = 20 * second

    private static func settled(_ hosts: Int, _ seed: UInt64, loss: Double = 0) -> GossipWorld {
        var options = GossipWorld.Options()
        options.loss = loss
        options.sites = GossipScenario.sites(of: hosts)
        let world = GossipWorld(hosts: hosts, seed: seed, options: options)
        world.settle()
        world.run(for: warmUp)
        return world
    }

    static func crash(_ hosts: Int, _ seed: UInt64) -> ScenarioOutcome {
        let world = settled(hosts, seed)
        let victim = hosts / 2
        let id = world.ids[victim]
        var suspected = [Int64?](repeating: nil, count: hosts)
        var dead = 0
        world.onEvent = { host, event in
            if event == .suspected(id), suspected[host] == nil { suspected[host] = world.now }
            if event == .dead(id) { dead += 1 }
        }
        let start = world.now
        world.crash(victim)
        // Who is of another site does not know it.
        let others = world.ids.indices.count { world.site(of: $0) == world.site(of: victim) } - 1
        let needed = Int((Double(others) * 0.99).rounded(.up))
        let took = world.run(atMost: 120 * second) { dead >= needed }
        let times = suspected.compactMap { $0 }.map { Double($0 - start) / 1e9 }
        let mean = times.isEmpty ? .infinity : times.reduce(0, +) / Double(times.count)
        return ScenarioOutcome([seconds(took), mean], world)
    }

    /// In one site new holdings are told, across sites an install.
    static func announcement(_ hosts: Int, _ seed: UInt64) -> ScenarioOutcome {
        if GossipScenario.sites(of: hosts) > 1 { return crossing(hosts, seed) }
        let world = settled(hosts, seed, loss: 0.01)
        let owner = hosts / 3
        let id = world.ids[owner]
        let before = world.machines[owner].version(of: id, kind: .pulse)
        var knows = 0
        world.onEvent = { host, event in
            guard event == .recordChanged(id, .pulse), host != owner else { return }
            if world.machines[host].version(of: id, kind: .pulse) > before { knows += 1 }
        }
        var pulse = GossipWorld.pulse
        pulse.holdingCount = 1
        pulse.holdings = [ImageID(Digest(prefix: 7))]
        world.report(owner, pulse)
        let needed = Int((Double(hosts - 1) * 0.999).rounded(.up))
        return ScenarioOutcome([seconds(world.run(atMost: 120 * second) { knows >= needed })], world)
    }

    private static func crossing(_ hosts: Int, _ seed: UInt64) -> ScenarioOutcome {
        let world = settled(hosts, seed, loss: 0.01)
        let owner = hosts / 3
        let id = world.ids[owner]
        var knows = [Bool](repeating: false, count: hosts)
        var count = 0
        world.onEvent = { host, event in
            guard !knows[host], host != owner, case .recordChanged(let carrier, let kind) = event else { return }
            if kind == .relayed {
                guard world.machines[host].relayedRecords.contains(where: { $0.record.owner == id }) else { return }
            } else if kind != .installIntent || carrier != id {
                return
            }
            knows[host] = true
            count += 1
        }
        let intent = InstallIntent(
            order: Digest(prefix: 5), orderBytes: 4096, image: ImageID(Digest(prefix: 7)), targetCount: 64,
            priority: 1, expires: 2_000_000_000)
        world.feed(owner, .announce(kind: .installIntent, item: 0, body: intent.encoded()))
        let needed = Int((Double(hosts - 1) * 0.999).rounded(.up))
        return ScenarioOutcome([seconds(world.run(atMost: 120 * second) { count >= needed })], world)
    }

    static func quiet(_ hosts: Int, _ seed: UInt64) -> ScenarioOutcome {
        let world = settled(hosts, seed)
        world.run(for: 20 * second)
        let before = traffic(world)
        world.run(for: 60 * second)
        return ScenarioOutcome([Double(traffic(world) - before) / Double(hosts) / 60], world)
    }

    /// Within 40 s of a minute everybody gets an order, is busy, holds the image, and runs a node of it.
    static func install(_ hosts: Int, _ seed: UInt64) -> ScenarioOutcome {
        let world = settled(hosts, seed)
        var random = RandomSource(seed: seed &+ 1)
        let before = sent(world)
        let start = world.now
        let image = ImageID(Digest(prefix: 9))
        var moments: [(at: Int64, host: Int, step: Int)] = []
        for host in 0..<hosts {
            moments.append((Int64.random(in: 0...second, using: &random), host, 0))
            moments.append((Int64.random(in: 20 * second...25 * second, using: &random), host, 1))
            moments.append((Int64.random(in: 26 * second...32 * second, using: &random), host, 2))
            moments.append((Int64.random(in: 33 * second...40 * second, using: &random), host, 3))
        }
        moments.sort { ($0.at, $0.host) < ($1.at, $1.host) }
        var pulses = [Pulse](repeating: GossipWorld.pulse, count: hosts)
        for moment in moments {
            world.run(for: start + moment.at - world.now)
            switch moment.step {
            case 0: pulses[moment.host].loadHundredths = 300
            case 1:
                pulses[moment.host].holdings = [image]
                pulses[moment.host].holdingCount = 1
            case 2:
                pulses[moment.host].nodeCount = 1
                pulses[moment.host].freeMemoryMiB = 1024
            default: pulses[moment.host].loadHundredths = 80
            }
            world.report(moment.host, pulses[moment.host])
        }
        world.run(for: start + 60 * second - world.now)
        let took = Double(world.now - start) / 1e9
        return ScenarioOutcome([Double(sent(world) - before) / Double(hosts) / took], world)
    }

    static func starved(_ hosts: Int, _ seed: UInt64) -> ScenarioOutcome {
        let world = settled(hosts, seed)
        var wrong = Set<PeerID>()
        world.onEvent = { _, event in
            if case .dead(let id) = event { wrong.insert(id) }
        }
        var random = RandomSource(seed: seed &+ 2)
        for host in stride(from: 1, to: hosts, by: 4) {
            world.starved[host] = StarvedHost(seed: random.next(), now: world.now)
        }
        world.run(for: 600 * second)
        world.starved.removeAll()
        world.run(for: 60 * second)
        var lasting = Set<PeerID>()
        for host in world.ids.indices where world.machines[host].presentCount < world.upInSite(of: host) {
            for other in world.ids.indices where world.site(of: other) == world.site(of: host) {
                let id = world.ids[other]
                if world.machines[host].state(of: id)?.isPresent != true { lasting.insert(id) }
            }
        }
        return ScenarioOutcome(
            [100 * Double(wrong.count) / Double(hosts), 100 * Double(lasting.count) / Double(hosts)], world)
    }

    /// One host of each half is killed while they are apart: it must not come back from the other half's memory.
    static func partition(_ hosts: Int, _ seed: UInt64) -> ScenarioOutcome {
        let world = settled(hosts, seed)
        for host in 0..<hosts where host % 2 == 1 { world.groups[host] = 1 }
        world.run(for: 120 * second)
        world.crash(2)
        world.crash(3)
        world.run(for: 180 * second)
        for host in 0..<hosts { world.groups[host] = 0 }
        let took = world.run(atMost: 300 * second) {
            (0..<hosts).allSatisfy { !world.isUp[$0] || world.machines[$0].presentCount == world.upInSite(of: $0) }
        }
        world.run(for: 60 * second)
        let ghosts = (0..<hosts).reduce(0) { sum, host in
            guard world.isUp[host] else { return sum }
            return sum
                + [2, 3].count { world.machines[host].state(of: world.ids[$0])?.isPresent == true }
                + (world.machines[host].presentCount == world.upInSite(of: host) ? 0 : 1)
        }
        return ScenarioOutcome([seconds(took), Double(ghosts)], world)
    }

    /// Its own machine hears nothing, and beside that it tells random hosts that random others are dead.
    static func deaf(_ hosts: Int, _ seed: UInt64) -> ScenarioOutcome {
        let world = settled(hosts, seed)
        let start = world.sentDatagrams
        world.run(for: 60 * second)
        let calm = Double(world.sentDatagrams - start) / 60
        var wrong = Set<PeerID>()
        let liar = 1
        world.onEvent = { host, event in
            if case .dead(let id) = event, id != world.ids[liar], host != liar { wrong.insert(id) }
        }
        world.isDeaf[liar] = true
        var random = RandomSource(seed: seed &+ 3)
        let noisy = world.sentDatagrams
        var lies: Int64 = 0
        for _ in 0..<1200 {
            let target = Int.random(in: 0..<hosts, using: &random)
            let claims = (0..<6).map { _ -> Claim in
                let subject = world.ids[Int.random(in: 0..<hosts, using: &random)]
                let incarnation = world.machines[target].view(of: subject)?.incarnation ?? 1
                return Claim(subject: subject, incarnation: incarnation, verdict: .dead, accuser: world.ids[liar])
            }
            world.inject(from: liar, to: target) { outputs in
                var writer = DatagramWriter(.news, &outputs)
                for claim in claims { _ = writer.add(claim, &outputs) }
                return writer
            }
            lies += 1
            world.run(for: second / 10)
        }
        let loud = Double(world.sentDatagrams - noisy - lies) / 120
        return ScenarioOutcome([100 * Double(wrong.count) / Double(hosts), calm > 0 ? loud / calm : 0], world)
    }

    /// By how much a table grows with each peer, beyond what an empty one takes. Nothing is shared here: every record of the
    /// tables has memory of its own, as in a daemon. Of larger groups the table of one site, of smaller ones one of a thousand
    /// peers, which the bar is about.
    static func memory(_ hosts: Int, _ seed: UInt64) -> ScenarioOutcome {
        let known = min(max(hosts, 1000), GossipScenario.largestSite)
        let world = GossipWorld(hosts: known, seed: seed)
        let tables = max(2, 10_000 / known)
        // What else the process takes or gives back meanwhile counts too, so the median of some measurements does.
        let uses = (0..<memorySamples).map { _ in
            let empty = heapUse(of: GossipWorld(hosts: 1, seed: seed), tables: tables)
            return Double(heapUse(of: world, tables: tables) - empty) / Double(tables * (known - 1))
        }
        return ScenarioOutcome([uses.sorted()[memorySamples / 2]], world)
    }

    private static let memorySamples = 5

    /// What so many tables take; several, since the kernel counts whole pages.
    private static func heapUse(of world: GossipWorld, tables: Int) -> Int {
        // The first ones take what the program has free.
        let first = (0..<tables).map { _ in world.tableOfOwn() }
        let before = HeapUse.bytes
        let all = (0..<tables).map { _ in world.tableOfOwn() }
        let used = HeapUse.bytes - before
        kept.withLock { $0 += first + all }
        return Int(used)
    }

    /// Tables that were measured stay: what is freed would serve the next ones, and count for nothing.
    private static let kept = Mutex<[Membership]>([])

    private static func sent(_ world: GossipWorld) -> Int64 { world.sent.reduce(0, +) }
    private static func traffic(_ world: GossipWorld) -> Int64 { sent(world) + world.received.reduce(0, +) }

    private static func seconds(_ nanoseconds: Int64?) -> Double {
        nanoseconds.map { Double($0) / 1e9 } ?? .infinity
    }
}
