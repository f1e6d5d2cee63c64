/// A set of parts of a digest: one bit each.
struct PartSet: Hashable, Sendable {
    private var low: UInt64
    private var high: UInt64

    static let none = PartSet(low: 0, high: 0)
    static let all = PartSet(low: .max, high: .max)

    var isEmpty: Bool { low | high == 0 }

    func contains(_ part: Int) -> Bool {
        part < 64 ? low >> UInt64(part) & 1 == 1 : high >> UInt64(part - 64) & 1 == 1
    }

    mutating func insert(_ part: Int) {
        if part < 64 { low |= 1 << UInt64(part) } else { high |= 1 << UInt64(part - 64) }
    }
}
