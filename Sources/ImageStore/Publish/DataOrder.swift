/// Numbers the data chunks of all parts from 0 in the order of the files.
struct DataOrder: Sendable {
    private struct Stretch {
        let firstSlot: Int
        let part: Int
        let chunks: Range<Int>
    }

    private let stretches: [Stretch]
    let count: Int

    init(_ parts: [PartFile]) {
        var stretches: [Stretch] = []
        var slot = 0
        for (part, file) in parts.enumerated() {
            for range in file.dataRanges {
                stretches.append(Stretch(firstSlot: slot, part: part, chunks: range))
                slot += range.count
            }
        }
        self.stretches = stretches
        count = slot
    }

    /// The part, and the chunk index in it, of a number below `count`.
    func locate(_ slot: Int) -> (part: Int, chunk: Int) {
        precondition(slot >= 0 && slot < count, "no such data chunk")
        var (low, high) = (0, stretches.count - 1)
        while low < high {
            let middle = (low + high + 1) / 2
            if stretches[middle].firstSlot <= slot { low = middle } else { high = middle - 1 }
        }
        let stretch = stretches[low]
        return (stretch.part, stretch.chunks.lowerBound + slot - stretch.firstSlot)
    }
}
