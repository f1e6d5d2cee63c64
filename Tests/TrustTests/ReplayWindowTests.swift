import Basics
import Testing
import Trust

/// The window that tells which counters were seen, against a plain set and at its edges.
struct ReplayWindowTests {
    private let width = ReplayWindow.width

    @Test func itIsWideEnoughForABurst() { #expect(width >= 1024) }

    @Test func theFirstCounterIsSeenAndNothingElse() {
        for first: UInt64 in [0, 1, 63, 64, 1023, 1024, 5000, .max - 1, .max] {
            let window = ReplayWindow(first: first)
            #expect(!window.isNew(first))
            if first < .max { #expect(window.isNew(first + 1)) }
            let oldest = first - min(first, width - 1)
            if first > 0 { #expect(window.isNew(first - 1) && window.isNew(oldest)) }
            if oldest > 0 { #expect(!window.isNew(oldest - 1)) }
        }
    }

    @Test func counterZeroIsToldApartUntilItIsTooOld() {
        var window = ReplayWindow(first: 1)
        #expect(window.isNew(0))
        window.note(0)
        #expect(!window.isNew(0))
        var other = ReplayWindow(first: 0)
        other.note(width - 1)
        #expect(!other.isNew(0) && other.isNew(1))
        other.note(width)
        #expect(!other.isNew(0) && other.isNew(1))
        other.note(width + 1)
        #expect(!other.isNew(1) && other.isNew(2))
    }

    @Test func theLastCounterEndsTheStream() {
        var window = ReplayWindow(first: 0)
        window.note(.max)
        #expect(!window.isNew(.max) && !window.isNew(0))
        #expect(window.isNew(.max - 1) && window.isNew(.max - width + 1) && !window.isNew(.max - width))
        window.note(.max - 1)
        window.note(.max - width + 1)
        #expect(!window.isNew(.max - 1) && !window.isNew(.max - width + 1) && window.isNew(.max - 2))
    }

    @Test func aJumpForgetsExactlyWhatFallsOut() {
        let jumps: [UInt64] = [1, 2, 63, 64, 65, 127, 128, 1000, 1022, 1023, 1024, 1025, 2047, 2048, 5000, 1 << 40]
        for begin: UInt64 in [0, 1, 60, 1023, 1024, 4000] {
            for jump in jumps {
                var window = ReplayWindow(first: begin)
                var seen: Set<UInt64> = [begin]
                for counter in (begin + 1)..<(begin + 50) {
                    window.note(counter)
                    seen.insert(counter)
                }
                let highest = begin + 49 + jump
                window.note(highest)
                seen.insert(highest)
                let oldest = highest - min(highest, width - 1)
                for counter in oldest...highest {
                    #expect(window.isNew(counter) != seen.contains(counter), "\(begin) \(jump) \(counter)")
                }
                if oldest > 0 { #expect(!window.isNew(oldest - 1)) }
            }
        }
    }

    @Test(arguments: 0..<8 as Range<UInt64>) func itAgreesWithAPlainSet(seed: UInt64) {
        var random = RandomSource(seed: seed)
        let start = seed.isMultiple(of: 2) ? UInt64(0) : .max - 40_000
        var highest = start
        var window = ReplayWindow(first: start)
        var seen: Set<UInt64> = [start]
        for _ in 0..<20_000 {
            let back = min(UInt64.random(in: 0..<width + 100, using: &random), highest)
            let forth = min(UInt64.random(in: 0...70, using: &random), .max - highest)
            let counter = Bool.random(using: &random) ? highest - back : highest + forth
            let isInside = counter > highest || highest - counter < width
            let isNew = isInside && !seen.contains(counter)
            #expect(window.isNew(counter) == isNew)
            if isNew {
                window.note(counter)
                seen.insert(counter)
                highest = max(highest, counter)
            }
        }
    }

    @Test func aSealerEndsBeforeTheLastCounter() throws {
        let key = GossipKey.random()
        var sealer = GossipSealer(
            key: key, sender: PeerID(.zero), bootID: [UInt8](repeating: 1, count: 16), counter: .max - 2)
        var opener = GossipOpener(key: key)
        let last = [sealer.seal([1]), sealer.seal([2])]
        #expect(opener.open(last[1])?.plain == [2] && opener.open(last[0])?.plain == [1])
        #expect(opener.open(last[0]) == nil && opener.open(last[1]) == nil)
        var buffer = [UInt8](repeating: 7, count: 100)
        #expect(buffer.withUnsafeMutableBytes { sealer.seal(into: $0, plainBytes: 1) } == nil)
        #expect(buffer == [UInt8](repeating: 7, count: 100))
        #expect(sealer.seal([3]) == [])
        var ring = GossipKeyRing(key)
        try ring.add(.random(epoch: 1))
        try ring.use(epoch: 1)
        sealer.take(ring)
        opener.take(ring)
        #expect(opener.open(sealer.seal([4]))?.plain == [4], "a new key starts again at zero")
    }
}
