import Lab
import Testing

/// The bars of gossip with a few seeds; `make simulate` measures them with many, at a thousand peers and more.
@Suite("Gossip scenarios")
struct GossipScenarioTests {
    private func run(_ scenario: GossipScenario, hosts: Int, seeds: ClosedRange<UInt64>) -> ScenarioTable {
        var table = ScenarioTable()
        table.run(scenario, hosts: hosts, seeds: seeds) { print("gossip scenario: \($0)") }
        return table
    }

    @Test(
        "each bar holds at a hundred peers",
        arguments: [
            GossipScenario.crash, .announcement, .quiet, .install, .deaf, .partition,
        ])
    func holdsAtAHundred(scenario: GossipScenario) {
        let table = run(scenario, hosts: 100, seeds: 1...2)
        #expect(table.rows.count == scenario.bars(hosts: 100).count)
        for row in table.rows { #expect(row.holds, "\(row.bar.name): \(row.values)") }
    }

    @Test(
        "each quick bar holds at a thousand peers", arguments: [GossipScenario.crash, .announcement, .quiet, .memory])
    func holdsAtAThousand(scenario: GossipScenario) {
        for row in run(scenario, hosts: 1000, seeds: 7...7).rows {
            #expect(row.holds, "\(row.bar.name): \(row.values)")
        }
    }

    @Test("starved hosts do not die")
    func starvedHostsLive() {
        for row in run(.starved, hosts: 100, seeds: 3...3).rows { #expect(row.holds, "\(row.bar.name): \(row.values)") }
    }

    @Test("the same seed gives the same trace, another one another")
    func seedsDecide() {
        let first = GossipScenario.crash.run(hosts: 64, seed: 5)
        #expect(first == GossipScenario.crash.run(hosts: 64, seed: 5))
        #expect(first.trace != GossipScenario.crash.run(hosts: 64, seed: 6).trace)
    }

    @Test("a figure beyond its bar is said")
    func aBrokenBarShows() {
        let bar = GossipScenario.crash.bars(hosts: 1000)[0]
        #expect(bar.value(of: [1, 12, 3]) > bar.limit)
        #expect(GossipScenario.crash.bars(hosts: 1000)[1].value(of: [1, 2, 6]) == 3)
        var table = ScenarioTable()
        table.run(.crash, hosts: 16, seeds: 1...2) { _ in }
        #expect(table.markdown.split(separator: "\n").count == 4)
    }
}
