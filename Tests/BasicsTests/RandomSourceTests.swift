import Basics
import Testing

/// The seeded source gives one fixed sequence for ever: simulations are replayed by their seed.
struct RandomSourceTests {
    @Test func theSequenceOfASeedIsFixed() {
        var random = RandomSource(seed: 1)
        #expect((0..<4).map { _ in random.next() } == RandomSourceTests.firstOfSeedOne)
    }

    @Test func equalSeedsAgreeAndOthersDiffer() {
        var (a, b, c) = (RandomSource(seed: 9), RandomSource(seed: 9), RandomSource(seed: 10))
        let first = (0..<100).map { _ in a.next() }
        #expect(first == (0..<100).map { _ in b.next() })
        #expect(first != (0..<100).map { _ in c.next() })
    }

    @Test(arguments: [0, 1, 7, 8, 9, 100]) func bytesHaveTheAskedCount(count: Int) {
        var random = RandomSource(seed: 3)
        #expect(random.bytes(count).count == count)
    }

    @Test func bitsAreEvenlySet() {
        var random = RandomSource(seed: 4)
        let set = (0..<10_000).reduce(0) { sum, _ in sum + random.next().nonzeroBitCount }
        #expect(abs(set - 320_000) < 2000)
    }

    /// From an independent program: SplitMix64 of the seed, then xoshiro256**.
    private static let firstOfSeedOne: [UInt64] = [
        0xB3F2_AF6D_0FC7_10C5, 0x853B_5596_4736_4CEA, 0x92F8_9756_082A_4514, 0x642E_1C7B_C266_A3A7,
    ]
}
