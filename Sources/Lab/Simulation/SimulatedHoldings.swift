import Basics

/// How often the living hosts that are no sources hold each chunk: for events that wait for copies.
struct SimulatedHoldings {
    /// By image and chunk.
    private var counts: [[Int32]]
    /// Of each number of copies that an event waits for: chunks that are held less often.
    private var open: [Int: Int] = [:]

    /// - Parameters:
    ///   - holders: of each image, the hosts that may have its version before.
    ///   - awaited: the numbers of copies that events wait for; without any, nothing is counted.
    init(_ images: [SimulatedImage], holders: [Int], awaited: some Sequence<Int>) {
        counts = zip(images, holders).map { image, holders in
            image.lengths.indices.map { image.heldBefore[$0] ? Int32(clamping: holders) : 0 }
        }
        for number in awaited {
            open[number] = counts.reduce(0) { sum, image in sum + image.count { $0 < number } }
        }
    }

    /// Every chunk is held so often.
    func isReached(_ copies: Int) -> Bool { open[copies] == 0 }

    mutating func add(_ index: Int, of image: Int) {
        guard !open.isEmpty else { return }
        counts[image][index] += 1
        let count = Int(counts[image][index])
        if let left = open[count] { open[count] = left - 1 }
    }

    /// A host is gone, and what it held with it.
    mutating func remove(_ held: Bitmap, of image: Int) {
        guard !open.isEmpty else { return }
        for index in counts[image].indices where held[index] {
            let count = Int(counts[image][index])
            counts[image][index] -= 1
            if let left = open[count] { open[count] = left + 1 }
        }
    }
}
