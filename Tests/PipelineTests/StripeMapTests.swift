import Basics
import Pipeline
import Testing

/// Which stripe a chunk belongs to, and how that changes from one deal to the next.
@Suite("Chunks are dealt to stripes")
struct StripeMapTests {
    private static let sliceBytes = FormatLimits.sliceBytes

    /// Stored lengths of so many chunks, as compression leaves them.
    private static func lengths(_ count: Int) -> [Int] {
        var random = RandomSource(seed: 7)
        return (0..<count).map { _ in Int.random(in: 1...FormatLimits.chunkBytes, using: &random) }
    }

    private static func map(_ lengths: [Int], _ stripes: Int, deal: Int) -> StripeMap {
        StripeMap(lengths: lengths, sliceBytes: sliceBytes, stripes: stripes, deal: deal)
    }

    /// Bytes of each stripe, slice by slice, of the chunks that pass.
    private static func bytes(
        _ map: StripeMap, _ lengths: [Int], where isCounted: (_ chunk: Int, _ slice: Int) -> Bool = { _, _ in true }
    ) -> [Int] {
        var bytes = [Int](repeating: 0, count: map.stripes)
        for (chunk, length) in lengths.enumerated() {
            for (slice, start) in stride(from: 0, to: length, by: sliceBytes).enumerated()
            where isCounted(chunk, slice) {
                bytes[map.stripe(ofChunk: chunk, slice: slice)] += min(sliceBytes, length - start)
            }
        }
        return bytes
    }

    private static func unevenness(_ bytes: [Int]) -> Int { (bytes.max() ?? 0) - (bytes.min() ?? 0) }

    @Test(
        "every slice is in exactly one stripe, whole chunks but for the last ones, and the stripes end even",
        arguments: 0..<6, [1, 2, 3, 8, 32])
    func everySliceOnce(deal: Int, stripes: Int) {
        for count in [0, 1, 5, 40, 600] {
            let lengths = Self.lengths(count)
            let map = Self.map(lengths, stripes, deal: deal)
            let bytes = Self.bytes(map, lengths)
            #expect(bytes.reduce(0, +) == lengths.reduce(0, +))
            #expect(Self.unevenness(bytes) < 2 * FormatLimits.chunkBytes, "\(count): \(bytes)")
            let whole = lengths.indices.count { map.stripe(ofChunk: $0) != nil }
            #expect(whole >= count - (stripes - 1), "\(count) chunks, of which \(whole) are whole")
            #expect(map == Self.map(lengths, stripes, deal: deal), "every peer derives the same")
            let full = [Int](repeating: FormatLimits.chunkBytes, count: count)
            let equal = Self.bytes(Self.map(full, stripes, deal: deal), full)
            #expect(Self.unevenness(equal) <= Self.sliceBytes, "\(count): \(equal)")
        }
    }

    @Test("what a host with some stripes whole lacks is spread evenly over those of the next deal", arguments: 0..<6)
    func nextDeal(deal: Int) {
        let lengths = Self.lengths(8_000)
        let stripes = 8
        let now = Self.map(lengths, stripes, deal: deal)
        let next = Self.map(lengths, stripes, deal: deal + 1)
        let moved = lengths.indices.count { now.stripe(ofChunk: $0) != next.stripe(ofChunk: $0) }
        #expect(moved > lengths.count * 3 / 4, "only \(moved) chunks went to other stripes")
        for held in [0..<1, 0..<4, 3..<8, 1..<8] {
            let lacking = Self.bytes(next, lengths) { chunk, slice in
                !held.contains(now.stripe(ofChunk: chunk, slice: slice))
            }
            let even = lacking.reduce(0, +) / stripes
            // Who lacks one stripe lacks about 125 chunks of each of the next deal: chance alone makes a tenth of difference.
            #expect(lacking.allSatisfy { $0 > even * 2 / 3 && $0 < even * 4 / 3 }, "\(held): \(lacking) around \(even)")
        }
    }

    @Test(
        "chunks are dealt anew when twice as many hosts have everything, and not sooner",
        arguments: [(1, 0), (2, 1), (3, 1), (4, 2), (7, 2), (8, 3), (16, 4)])
    func dealOfHolders(holders: Int, deal: Int) throws {
        let hosts = (1...20).map { number in
            PlanInputs.Host(peer: peer(UInt8(number)), up: 1_000_000, down: 1_000_000, isHolder: number <= holders)
        }
        let plan = PipelinePlan(PlanInputs(hosts: hosts, bytes: 16 << 20))
        for host in [holders + 1, 20] { #expect(plan.fetchPlan(for: peer(UInt8(host)))?.deal == deal) }
    }
}
