/// Which counters of one stream have been seen: the highest, and the 1,023 before it. Older ones count as seen.
///
/// A ring of bits, so that moving on clears bits instead of shifting all of them (as RFC 6479 does, with whole words).
/// It is as wide as a burst that the queues of a busy host may put out of order.
package struct ReplayWindow: Sendable {
    package static let width: UInt64 = 1024
    private static let wordBits: UInt64 = 64

    private var highest: UInt64
    /// Bit `counter % width`: the counter was seen, if it is not older than the window.
    private var seen = InlineArray<16, UInt64>(repeating: 0)

    package init(first counter: UInt64) {
        highest = counter
        mark(counter)
    }

    package func isNew(_ counter: UInt64) -> Bool {
        if counter > highest { return true }
        guard highest - counter < ReplayWindow.width else { return false }
        let (word, bit) = ReplayWindow.position(of: counter)
        return seen[word] >> bit & 1 == 0
    }

    /// Notes a counter that `isNew`, after its datagram proved authentic.
    package mutating func note(_ counter: UInt64) {
        if counter > highest {
            forget(counter - highest)
            highest = counter
        } else if highest - counter >= ReplayWindow.width {
            return
        }
        mark(counter)
    }

    private mutating func mark(_ counter: UInt64) {
        let (word, bit) = ReplayWindow.position(of: counter)
        seen[word] |= 1 << bit
    }

    /// Clears the bits of the next counters above the highest, whose places older ones held until now.
    private mutating func forget(_ step: UInt64) {
        guard step < ReplayWindow.width else {
            seen = InlineArray(repeating: 0)
            return
        }
        // Wraps only at the end of all counters, where the ring wraps as well.
        var next = highest &+ 1
        var left = step
        while left > 0 {
            let (word, bit) = ReplayWindow.position(of: next)
            let count = min(left, ReplayWindow.wordBits - bit)
            let run: UInt64 = count == ReplayWindow.wordBits ? .max : (1 << count) - 1
            seen[word] &= ~(run << bit)
            next &+= count
            left -= count
        }
    }

    private static func position(of counter: UInt64) -> (word: Int, bit: UInt64) {
        let place = counter % width
        return (Int(place / wordBits), place % wordBits)
    }
}
