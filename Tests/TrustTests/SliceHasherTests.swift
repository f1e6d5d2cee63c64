import Basics
import Testing
import Trust

/// Slices hashed side by side have the hashes that they have one by one.
struct SliceHasherTests {
    @Test func anyNumberOfAnyLengthsIsHashedRight() {
        let hasher = SliceHasher()
        var random = RandomSource(seed: 7)
        let lengths = [0, 1, 54, 55, 56, 62, 63, 64, 65, 118, 119, 120, 4096, 16_383, FormatLimits.sliceBytes]
        for count in 1...hasher.width {
            for round in 0..<lengths.count {
                let slices = (0..<count).map { random.bytes(lengths[(round + 5 * $0) % lengths.count]) }
                expect(hasher, slices)
            }
        }
    }

    @Test func oneHasherServesManyBatches() {
        let hasher = SliceHasher()
        var random = RandomSource(seed: 8)
        for _ in 0..<2000 {
            let count = Int.random(in: 1...hasher.width, using: &random)
            expect(hasher, (0..<count).map { _ in random.bytes(Int.random(in: 0...700, using: &random)) })
        }
    }

    private func expect(_ hasher: SliceHasher, _ slices: [[UInt8]]) {
        for slice in slices { slice.withUnsafeBytes { hasher.add($0) } }
        #expect(hasher.count == slices.count)
        var shown = 0
        hasher.finish { number, slice in
            shown += 1
            #expect(slices[number].elementsEqual(slice.bytes))
            #expect(slice.hash == slices[number].withUnsafeBytes { ContentHash.slice($0) })
        }
        #expect(shown == slices.count && hasher.count == 0)
    }
}
