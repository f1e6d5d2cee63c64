import Basics
import Pipeline
import Testing

/// What holds for every set of trees, whoever is fast and whoever is slow.
@Suite struct ExchangePropertyTests {
    @Test("by any trees everybody gets everything, and each slice once", arguments: UInt64(0)..<60)
    func everybodyGetsEverythingOnce(seed: UInt64) {
        var mesh = ToyMesh(seed: seed)
        let lacking = mesh.exchanges.map { exchange in
            exchange.lengths.indices.reduce(0) { exchange.held[$1] ? $0 : $0 + exchange.slices(of: $1) }
        }
        let steps = mesh.run(limit: 3_000_000)
        let isDone = mesh.isDone && mesh.isQuiet
        #expect(isDone, "seed \(seed) is not done after \(steps) steps")
        #expect(mesh.duplicates == 0 && mesh.overruns == 0)
        #expect(mesh.sent.reduce(0, +) == lacking.reduce(0, +))
        for exchange in mesh.exchanges { #expect(exchange.unstoredBytes == 0 && exchange.arriving.isEmpty) }
    }

    @Test("parents that have everything help with the tails of others")
    func tailsAreShared() {
        let shared = (UInt64(0)..<20).count { seed in
            var mesh = ToyMesh(seed: seed)
            _ = mesh.run(limit: 3_000_000)
            return mesh.shared > 0
        }
        #expect(shared >= 5, "in \(shared) of 20 meshes")
    }

    @Test("other trees in the middle cost no slice twice", arguments: UInt64(0)..<60)
    func treesChange(seed: UInt64) {
        var mesh = ToyMesh(seed: seed)
        for _ in 0..<5 {
            _ = mesh.run(limit: 300)
            mesh.change()
        }
        let steps = mesh.run(limit: 3_000_000)
        let isDone = mesh.isDone && mesh.isQuiet
        #expect(isDone, "seed \(seed) is not done after \(steps) steps")
        #expect(mesh.duplicates == 0 && mesh.overruns == 0 && mesh.unknown == 0)
    }

    @Test("whoever dies, the others get everything", arguments: UInt64(0)..<60)
    func someDie(seed: UInt64) {
        var mesh = ToyMesh(seed: seed)
        for _ in 0..<3 {
            _ = mesh.run(limit: 200)
            mesh.killSomebody()
            mesh.change()
        }
        let steps = mesh.run(limit: 3_000_000)
        let isDone = mesh.isDone
        #expect(isDone, "seed \(seed) is not done after \(steps) steps")
        #expect(mesh.overruns == 0)
    }

    @Test("the same seed gives the same story")
    func theSameSeedGivesTheSameStory() {
        var (first, second) = (ToyMesh(seed: 4), ToyMesh(seed: 4))
        #expect(first.run(limit: 2_000_000) == second.run(limit: 2_000_000))
    }
}
