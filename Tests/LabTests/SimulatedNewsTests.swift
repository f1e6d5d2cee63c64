import Lab
import Testing

/// What hosts that wait for a better plan hear of those that have everything.
@Suite("News of who is done")
struct SimulatedNewsTests {
    /// Networks on one switch whose hosts differ so much that the slow ones get most of the image from those that are done,
    /// and that those they need are done in other trees, when the trees in between are gone. Told to present parents and
    /// children only, the news ended there: the last host took 1.06, 1.06 and 1.10 of its bound.
    @Test("they reach hosts that are in no tree with who is done", arguments: [UInt64(88), 95, 258])
    func strangers(seed: UInt64) throws {
        let text = RandomTopology(seed: seed, kind: .uneven, most: 14).text
        let topology = try Topology.parse(text, file: "random-\(seed).yaml")
        let report = try SimulatedStory.run(topology, gossip: .off)
        #expect(report.isWhole)
        let last = try #require(report.finish?.last)
        let bound = try #require(report.bound)
        #expect(last < bound * 1.03, "the last host takes \(last / bound) of its bound")
    }
}
