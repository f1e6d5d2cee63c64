import Lab
import Testing

@Suite("Random networks")
struct RandomTopologyTests {
    @Test("every seed and kind gives a file that parses, within its size, and the same one again")
    func draws() throws {
        for kind in RandomTopology.Kind.allCases {
            for seed in UInt64(0)..<60 {
                let most = [4, 9, 48, 200][Int(seed % 4)]
                let drawn = RandomTopology(seed: seed, kind: kind, most: most)
                #expect(drawn.text == RandomTopology(seed: seed, kind: kind, most: most).text)
                let topology = try Topology.parse(drawn.text, file: "random")
                #expect((2...most).contains(topology.hosts.count))
                let bound = try #require(topology.nominalBound)
                #expect(bound.isFinite && bound > 0)
            }
        }
        #expect(RandomTopology(seed: 1).text != RandomTopology(seed: 2).text)
    }

    @Test("a sweep has everybody done, in the order of seeds, whatever runs beside what")
    func sweep() async throws {
        var options = SimulationOptions()
        options.gossip = .off
        options.sliceBytes = 64 << 10
        let sweep = try await RandomSweep.run(seeds: 5..<15, kind: .tight, most: 16, parallel: 2, options: options)
        #expect(sweep.rows.map(\.seed) == Array(5..<15))
        #expect(sweep.rows.allSatisfy { $0.done == $0.of && $0.ratio > 0.9 })
        let spread = try #require(sweep.spread(.tight))
        #expect(spread.networks == 10 && spread.median <= spread.p99 && spread.p99 <= spread.worst)
        #expect(sweep.spread(.flat) == nil)
    }
}
