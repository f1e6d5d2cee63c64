import Foundation
import Lab
import Testing

/// When a copy is out: the moment at which sources may die.
@Suite("Copies outside of the sources")
struct HoldingsCountTests {
    private func transfer(_ state: LabTransfer.State, _ chunks: Set<Int> = [], of count: Int = 11) -> LabTransfer {
        var bytes = [UInt8](repeating: 0, count: (count + 7) / 8)
        for chunk in chunks { bytes[chunk / 8] |= 1 << UInt8(chunk % 8) }
        return LabTransfer(
            image: "i", state: state, started: 0, finished: nil, bytes: 0, total: 0, duplicateBytes: 0, sources: [:],
            stalls: [], reason: nil, chunks: count, held: Data(bytes).base64EncodedString())
    }

    @Test("hosts that together hold everything once are a copy, whoever holds what")
    func union() {
        var count = HoldingsCount()
        #expect(count.copies == 0)
        count.add(transfer(.receiving, Set(0..<6)))
        count.add(transfer(.receiving, [7, 8, 9, 10]))
        #expect(count.copies == 0, "chunk 6 is nowhere")
        count.add(transfer(.assembling, [6, 7]))
        #expect(count.copies == 1)
        count.add(transfer(.done))
        #expect(count.copies == 2)
    }

    @Test("what a failed transfer holds, and what does not fit the image, does not count")
    func rest() {
        var count = HoldingsCount()
        count.add(transfer(.failed, Set(0..<11)))
        count.add(transfer(.receiving, Set(0..<10)))
        count.add(transfer(.receiving, Set(0..<40), of: 40))
        #expect(count.copies == 0)
        count.add(transfer(.receiving, [10]))
        #expect(count.copies == 1)
    }
}
