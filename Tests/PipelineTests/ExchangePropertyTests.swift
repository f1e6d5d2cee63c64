import Basics
import Pipeline
import Testing

/// What holds for every chain, whoever is fast and whoever is slow.
@Suite struct ExchangePropertyTests {
    @Test("in any chain everybody gets everything, and each chunk once", arguments: UInt64(0)..<60)
    func everybodyGetsEverythingOnce(seed: UInt64) {
        var chain = ToyChain(seed: seed)
        let lacking = chain.exchanges.map { $0.lacking }
        let steps = chain.run(limit: 2_000_000)
        #expect(chain.isDone && chain.isQuiet, "seed \(seed) is not done after \(steps) steps")
        #expect(chain.outOfOrder == 0)
        for (number, exchange) in chain.exchanges.enumerated() {
            #expect(exchange.unstoredBytes == 0 && exchange.arriving == nil)
            guard number > 0 else { continue }
            for chunk in exchange.lengths.indices {
                let times = chain.announced[ToyChain.Sending(parent: number - 1, chunk: chunk)] ?? 0
                #expect(times == (lacking[number][chunk] ? 1 : 0), "chunk \(chunk), peer \(number)")
            }
        }
    }

    @Test("the same seed gives the same story")
    func theSameSeedGivesTheSameStory() {
        var (first, second) = (ToyChain(seed: 4), ToyChain(seed: 4))
        #expect(first.run(limit: 2_000_000) == second.run(limit: 2_000_000))
    }
}
