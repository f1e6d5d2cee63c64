import Basics
import Pipeline
import Testing

@Suite("The planner of stripes")
struct PlannerTests {
    static func flat(_ count: Int, up: Int = 1_000_000) -> PlanNetwork {
        var hosts = [PlanNetwork.Host](repeating: PlanNetwork.Host(up: up, down: up), count: count)
        hosts[0].isHolder = true
        return PlanNetwork(hosts: hosts)
    }

    @Test(
        "many stripes come as close to the linear program as one likes",
        arguments: LowerBoundCase.all.filter(\.isOfOneSource))
    func nearTheOptimum(example: LowerBoundCase) throws {
        let network = PlanNetwork(example.network)
        let plan = try #require(Planner.plan(network, stripes: 512, unitBytes: 1))
        let best = example.rate * 1e6
        #expect(Double(plan.rate) <= best * 1.0001)
        #expect(Double(plan.rate) >= best * 0.97, "\(plan.rate) of \(best)")
        #expect(PlanCheck(network: network, plan: plan).faults() == [])
    }

    @Test("every number of stripes is packed within every budget", arguments: 0..<40)
    func packs(seed: Int) throws {
        var random = RandomSource(seed: UInt64(seed))
        for levels in 0..<5 {
            let network = PlanNetwork.random(levels: levels, holders: 1, &random)
            guard network.hosts.contains(where: { !$0.isHolder }) else { continue }
            for stripes in [1, 2, 3, 4, 6, 8, 16, 32] {
                let plan = try #require(Planner.plan(network, stripes: stripes, unitBytes: 1))
                #expect(PlanCheck(network: network, plan: plan).faults() == [], "\(levels) levels, \(stripes) stripes")
            }
        }
    }

    @Test("hosts whose downlinks are slow take part as far as they go, within every budget", arguments: 0..<40)
    func partial(seed: Int) throws {
        var random = RandomSource(seed: UInt64(seed))
        for levels in 0..<4 {
            var network = PlanNetwork.random(levels: levels, holders: 1, &random)
            for host in network.hosts.indices where !network.hosts[host].isHolder && Bool.random(using: &random) {
                network.hosts[host].isPartial = true
                network.hosts[host].down = Int.random(in: 20_000...900_000, using: &random)
            }
            guard network.hosts.contains(where: { !$0.isHolder && !$0.isPartial }) else { continue }
            for stripes in [1, 3, 8, 24] {
                // Where a group has such hosts only, what passes by count cannot always be packed.
                guard let plan = Planner.plan(network, stripes: stripes, unitBytes: 1) else { continue }
                #expect(PlanCheck(network: network, plan: plan).faults() == [], "\(levels) levels, \(stripes) stripes")
            }
        }
    }

    @Test("only what limits the flow is full: a thin link is fed by an uplink with room")
    func leavesRoom() throws {
        let link = PlanNetwork.Group(up: 1_000_000, down: 1_000_000)
        var hosts = (0..<8).map { PlanNetwork.Host(up: 4_000_000, down: 4_000_000, group: 1 + $0 / 4) }
        hosts[0].isHolder = true
        let network = PlanNetwork(hosts: hosts, groups: [link, link])
        let plan = try #require(Planner.plan(network, bytes: 16 << 20, unitBytes: 16 << 10))
        #expect(plan.rate == 1_000_000)
        let sent = plan.trees.reduce(0) { $0 + $1.children(of: 0).count } * plan.rate / plan.stripes
        #expect(sent <= 3_500_000, "\(sent) of 4,000,000 bytes a second leave the source")
        // Where every uplink is needed nothing is held back.
        let flat = try #require(Planner.plan(Self.flat(8), bytes: 16 << 20, unitBytes: 16 << 10))
        #expect(flat.rate > 990_000, "\(flat.rate)")
    }

    @Test("who gets half as fast and sends four times as much gives the others their full rate, and waits for nobody")
    func helpers() throws {
        // The source sends what one host gets; without the last host's uplink there is not enough for all.
        let rates = [(16, 64), (8, 16), (4, 16), (16, 64), (16, 16), (4, 16), (32, 8)]
        let hosts = rates.enumerated().map { number, rate in
            PlanInputs.Host(
                peer: peer(UInt8(number + 1)), up: rate.0 * 125_000, down: rate.1 * 125_000, isHolder: number == 0)
        }
        let inputs = PlanInputs(hosts: hosts, bytes: 20_000_000)
        let plan = PipelinePlan(inputs)
        let first = try #require(plan.tiers.first?.plan)
        #expect(plan.tiers.count == 1 && first.rate > 1_950_000 && first.rate <= 2_000_000)
        let slow = try #require(plan.fetchPlan(for: peer(7)))
        #expect(slow.spare.count * 2 == slow.stripes && !slow.othersWait)
        #expect(slow.candidates.allSatisfy { !$0.isEmpty && !$0.contains(peer(7)) })
        #expect(plan.fetchPlan(for: peer(2))?.othersWait == true)
        // When the fast have everything they are in the next plan of the slow one.
        var keeper = PlanKeeper(own: peer(2), inputs: inputs)
        let news = keeper.done(othersWait: true, now: .origin)
        #expect(news.count == 1 && keeper.done(othersWait: true, now: .origin).isEmpty)
        #expect(keeper.inputs.hosts.filter(\.isHolder).count == 2)
    }

    @Test("several holders share the beginning", arguments: 0..<40)
    func severalHolders(seed: Int) throws {
        var random = RandomSource(seed: UInt64(seed))
        for holders in 2..<5 {
            let network = PlanNetwork.random(levels: seed % 3, holders: holders, &random)
            guard network.hosts.contains(where: { !$0.isHolder }) else { continue }
            let plan = try #require(Planner.plan(network, bytes: 1 << 20, unitBytes: 1024))
            #expect(PlanCheck(network: network, plan: plan).faults() == [])
        }
        // Two half as fast as one: together as fast, which one alone is not.
        var hosts = Self.flat(9).hosts
        hosts[0].up = 500_000
        hosts[1] = PlanNetwork.Host(up: 500_000, down: 1_000_000, isHolder: true)
        let plan = try #require(Planner.plan(PlanNetwork(hosts: hosts), bytes: 1 << 30, unitBytes: 1 << 14))
        #expect(plan.rate > 990_000)
    }

    @Test(
        "on one switch the rate is that of a link and the depth grows with the logarithm",
        arguments: [2, 16, 32, 190, 1000])
    func flat(count: Int) throws {
        let plan = try #require(Planner.plan(Self.flat(count), bytes: 1 << 26, unitBytes: 1 << 14))
        #expect(plan.rate == 1_000_000)
        let limit = 4 * (Int.bitWidth - count.leadingZeroBitCount)
        #expect(plan.depth <= limit)
    }

    @Test("a host with a tenth of the uplink costs the others nothing")
    func slowUplink() throws {
        var network = Self.flat(32)
        network.hosts[7].up = 100_000
        let plan = try #require(Planner.plan(network, bytes: 1 << 26, unitBytes: 1 << 14))
        #expect(plan.rate == 1_000_000)
    }

    @Test("each stripe crosses a thin link once")
    func crossings() throws {
        let hosts = (0..<24).map {
            PlanNetwork.Host(up: 1_000_000, down: 1_000_000, group: 1 + $0 / 8, isHolder: $0 == 0)
        }
        let groups = [PlanNetwork.Group](repeating: PlanNetwork.Group(up: 250_000, down: 250_000), count: 3)
        let network = PlanNetwork(hosts: hosts, groups: groups)
        let plan = try #require(Planner.plan(network, bytes: 1 << 25, unitBytes: 1 << 14))
        #expect(plan.rate == 250_000)
        for tree in plan.trees {
            let crossings = hosts.indices.count {
                tree.parents[$0] >= 0 && hosts[Int(tree.parents[$0])].group != hosts[$0].group
            }
            #expect(crossings == 2)
        }
    }

    @Test("without a holder or a way there is no plan")
    func none() {
        #expect(Planner.plan(PlanNetwork(hosts: [.init(), .init()]), bytes: 1, unitBytes: 1) == nil)
        let blind = PlanNetwork(hosts: [.init(up: 0, isHolder: true), .init()])
        #expect(Planner.plan(blind, bytes: 1, unitBytes: 1) == nil)
        let deaf = PlanNetwork(hosts: [.init(isHolder: true), .init(down: 0)])
        #expect(Planner.plan(deaf, bytes: 1, unitBytes: 1) == nil)
    }

    @Test("who only holds is not in the way, and nobody to feed is no plan's fault")
    func nobodyLacks() throws {
        let plan = try #require(
            Planner.plan(PlanNetwork(hosts: [.init(isHolder: true), .init(isHolder: true)]), bytes: 1, unitBytes: 1))
        #expect(plan.depth == 0)
    }
}
