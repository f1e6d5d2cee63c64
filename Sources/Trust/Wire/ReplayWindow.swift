/// Which counters of one stream have been seen: the highest, and the 64 up to it. Older ones count as seen.
struct ReplayWindow: Hashable, Sendable {
    static let width: UInt64 = 64

    private var highest: UInt64
    /// Bit n: the counter `highest - n` was seen.
    private var seen: UInt64 = 1

    init(first counter: UInt64) { highest = counter }

    func isNew(_ counter: UInt64) -> Bool {
        if counter > highest { return true }
        let age = highest - counter
        return age < ReplayWindow.width && seen >> age & 1 == 0
    }

    /// Notes a counter that `isNew`, after its datagram proved authentic.
    mutating func note(_ counter: UInt64) {
        if counter > highest {
            let step = counter - highest
            seen = step < ReplayWindow.width ? seen << step | 1 : 1
            highest = counter
        } else if highest - counter < ReplayWindow.width {
            seen |= 1 << (highest - counter)
        }
    }
}
