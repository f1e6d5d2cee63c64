/// A fixed number of bits, with a count of those that are set.
public struct Bitmap: Hashable, Sendable {
    /// How many bits there are.
    public let count: Int
    /// How many of them are set.
    public private(set) var population: Int
    private var words: [UInt64]

    public init(count: Int, filled: Bool = false) {
        precondition(count >= 0, "a bitmap has no negative size")
        self.count = count
        words = Array(repeating: filled ? ~0 : 0, count: (count + 63) / 64)
        population = filled ? count : 0
        if filled, !count.isMultiple(of: 64), let last = words.indices.last {
            words[last] = (1 << UInt64(count % 64)) - 1
        }
    }

    /// Bits from `byteCount(for: count)` bytes, bit 0 the lowest of the first byte; bits past the end must be 0.
    public init(count: Int, bytes: some Collection<UInt8>) throws(DecodeError) {
        self.init(count: count)
        guard bytes.count == Bitmap.byteCount(for: count) else { throw .truncated }
        var index = 0
        for byte in bytes {
            words[index / 8] |= UInt64(byte) << UInt64(index % 8 * 8)
            index += 1
        }
        if !count.isMultiple(of: 64), let last = words.last, last >> UInt64(count % 64) != 0 {
            throw .malformed("bits are set past the end of a bitmap")
        }
        population = words.reduce(0) { $0 + $1.nonzeroBitCount }
    }

    public static func byteCount(for count: Int) -> Int { (count + 7) / 8 }

    public var bytes: [UInt8] {
        (0..<Bitmap.byteCount(for: count)).map { UInt8(truncatingIfNeeded: words[$0 / 8] >> UInt64($0 % 8 * 8)) }
    }

    public var isFull: Bool { population == count }
    public var isEmpty: Bool { population == 0 }

    public subscript(index: Int) -> Bool {
        get {
            precondition(index >= 0 && index < count, "bit out of range")
            return words[index / 64] >> UInt64(index % 64) & 1 == 1
        }
        set {
            precondition(index >= 0 && index < count, "bit out of range")
            let mask: UInt64 = 1 << UInt64(index % 64)
            let was = words[index / 64] & mask != 0
            if newValue, !was {
                words[index / 64] |= mask
                population += 1
            } else if !newValue, was {
                words[index / 64] &= ~mask
                population -= 1
            }
        }
    }

    /// The first set bit at or after an index, or nil.
    public func nextSet(from index: Int) -> Int? { next(from: index) { $0 } }

    /// The first clear bit at or after an index, or nil.
    public func nextClear(from index: Int) -> Int? {
        guard let found = next(from: index, { ~$0 }), found < count else { return nil }
        return found
    }

    /// The first bit that is set in both, or nil; the two have the same count.
    public func nextCommon(with other: Bitmap) -> Int? {
        precondition(count == other.count, "bitmaps of one size only")
        for at in words.indices {
            let word = words[at] & other.words[at]
            if word != 0 { return at * 64 + word.trailingZeroBitCount }
        }
        return nil
    }

    /// The bits that are set in both; the two have the same count.
    public func intersection(_ other: Bitmap) -> Bitmap { combined(other, &) }

    /// The bits that are set here and not there; the two have the same count.
    public func subtracting(_ other: Bitmap) -> Bitmap { combined(other) { $0 & ~$1 } }

    private func combined(_ other: Bitmap, _ operation: (UInt64, UInt64) -> UInt64) -> Bitmap {
        precondition(count == other.count, "bitmaps of one size only")
        var result = self
        result.population = 0
        for index in words.indices {
            result.words[index] = operation(words[index], other.words[index])
            result.population += result.words[index].nonzeroBitCount
        }
        return result
    }

    private func next(from index: Int, _ view: (UInt64) -> UInt64) -> Int? {
        guard index < count else { return nil }
        var at = max(0, index) / 64
        var word = view(words[at]) & (~0 << UInt64(max(0, index) % 64))
        while word == 0 {
            at += 1
            guard at < words.count else { return nil }
            word = view(words[at])
        }
        return at * 64 + word.trailingZeroBitCount
    }
}
