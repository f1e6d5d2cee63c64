import Basics
import Pipeline
import Testing

/// Hosts of which nobody knows where they are: a chain in the order of their addresses, until it turns out to be slow.
@Suite struct AddressRowTests {
    /// Racks of eight hosts each, with addresses that go from rack to rack.
    private static func inputs(
        source: Int = 0, up: [Int: Int] = [:], labels: Bool = false, late: Set<Int> = [], bytes: Int = 1 << 26,
        change: (Int) -> Int = { $0 }
    ) -> PlanInputs {
        let hosts = (0..<32).map { number in
            PlanInputs.Host(
                peer: peer(UInt8(number * 37 % 256)), up: up[number] ?? 5_000_000, down: 5_000_000,
                rack: labels ? "r\(number / 8)" : "", isHolder: number == source, joined: late.contains(number) ? 4 : 0,
                row: change(number))
        }
        return PlanInputs(hosts: hosts, bytes: bytes)
    }

    /// Edges of a plan's first tree from rack to rack.
    private static func crossings(_ plan: PipelinePlan) -> [(from: Int, to: Int)] {
        func rack(_ place: Int) -> Int { plan.inputs.hosts[place].row / 8 }
        guard let tree = plan.tiers.first?.plan?.trees.first else { return [] }
        return tree.parents.enumerated().compactMap { host, parent in
            parent < 0 || rack(host) == rack(Int(parent)) ? nil : (rack(Int(parent)), rack(host))
        }
    }

    private static func stripes(_ plan: PipelinePlan) -> Int { plan.tiers.first?.plan?.stripes ?? 0 }

    @Test("the chain goes out of each rack at most once and into each at most once", arguments: [0, 3, 12, 31])
    func chain(source: Int) {
        let plan = PipelinePlan(Self.inputs(source: source))
        #expect(Self.stripes(plan) == 1 && plan.depth == 31)
        let crossings = Self.crossings(plan)
        #expect(crossings.count <= 4)
        #expect(Set(crossings.map(\.from)).count == crossings.count)
        #expect(Set(crossings.map(\.to)).count == crossings.count)
        for host in plan.inputs.hosts where !host.isHolder {
            #expect(plan.fetchPlan(for: host.peer)?.stripes == 1)
        }
    }

    @Test("there is none where places are known, where it is too deep, or where a host would hold the others up")
    func none() {
        #expect(Self.crossings(PipelinePlan(Self.inputs(labels: true))).count == 3)
        #expect(PipelinePlan(Self.inputs(labels: true)).depth < 31)
        #expect(Self.stripes(PipelinePlan(Self.inputs(bytes: 1 << 20))) >= 6)
        #expect(Self.stripes(PipelinePlan(Self.inputs(up: [9: 500_000]))) >= 6)
    }

    @Test("who comes later is fed beside the chain, and who dies leaves it")
    func changes() {
        let late = PipelinePlan(Self.inputs(late: [20, 21]))
        #expect(late.tiers.count == 2 && Self.stripes(late) == 1 && late.tiers[0].receivers.count == 29)
        let inputs = Self.inputs()
        let gone = inputs.hosts[7].peer
        var keeper = PlanKeeper(own: inputs.hosts[5].peer, inputs: inputs)
        _ = keeper.missed(gone, now: .origin)
        let plan = PipelinePlan(keeper.inputs)
        #expect(Self.stripes(plan) == 1 && plan.depth == 30)
        #expect(keeper.isRow(stripes: 1))
    }

    /// What a host says that got too little so many times.
    private static func doubts(_ inputs: PlanInputs, by host: Int, times: Int = 1) -> PlanNews {
        var keeper = PlanKeeper(own: inputs.hosts[host].peer, inputs: inputs)
        return (0..<times).reduce(into: PlanNews()) { news, _ in
            news.sightings += keeper.doubtsRow(now: .origin).sightings
        }
    }

    @Test("the chain is given up when several hosts doubt it, not for one, by all peers alike")
    func doubt() {
        let inputs = Self.inputs()
        #expect(Self.doubts(inputs, by: 3, times: 9).sightings.count == 3)
        var news = Self.doubts(inputs, by: 3, times: 9)
        var keeper = PlanKeeper(own: inputs.hosts[5].peer, inputs: inputs)
        _ = keeper.take(news, now: .origin)
        #expect(keeper.inputs == inputs && keeper.follow()() == nil)
        let more = Self.doubts(inputs, by: 4)
        news.sightings += more.sightings
        #expect(keeper.take(more, now: .origin) == more)
        #expect(keeper.due < .never)
        let other = keeper.inputs
        #expect(other != inputs && Self.stripes(PipelinePlan(other)) >= 6)
        keeper.follows(other)
        #expect(!keeper.isRow(stripes: 1))
        var late = PlanKeeper(own: inputs.hosts[9].peer, inputs: inputs)
        for sighting in news.sightings.reversed() { _ = late.take(PlanNews(sightings: [sighting]), now: .origin) }
        #expect(late.inputs == other)
        // Where places are known nobody doubts.
        #expect(Self.doubts(Self.inputs(labels: true), by: 3).isEmpty)
    }

    @Test("a host doubts when less than three fifths come for a while, and looks for places once the chain is given up")
    func watch() {
        let inputs = Self.inputs()
        func steps(_ share: Double, rowSeconds: Double, seconds: Double) -> [(tick: Int, step: EchoWatch.Step)] {
            var watch = EchoWatch(own: inputs.hosts[5].peer, inputs: inputs)
            return (1...Int(seconds * 10)).compactMap { tick in
                let step = watch.look(
                    received: Int(Double(tick) * 100_000 * share), planned: 1_000_000,
                    isInRow: Double(tick) / 10 < rowSeconds, now: .origin + .milliseconds(tick * 100))
                return step == .nothing ? nil : (tick, step)
            }
        }
        #expect(steps(0.7, rowSeconds: 60, seconds: 60).isEmpty)
        let poor = steps(0.5, rowSeconds: 1.5, seconds: 2.5)
        #expect(poor.prefix { $0.step == .doubt }.map(\.tick) == [5, 8, 11, 14])
        let asked = poor.drop { $0.step == .doubt }
        #expect(asked.first?.tick ?? 0 >= 18)
        #expect(asked.allSatisfy { if case .ask = $0.step { true } else { false } })
    }
}
