/// Some of the slices of one chunk.
public struct SliceSet: Hashable, Sendable {
    /// One bit a slice, the first the lowest.
    public private(set) var bits: UInt32

    /// The most slices that a chunk may have here.
    public static let limit = UInt32.bitWidth
    public static let none = SliceSet(bits: 0)

    public init(bits: UInt32) { self.bits = bits }

    /// The first `count` slices.
    public init(first count: Int) {
        precondition(count >= 0 && count <= SliceSet.limit, "a chunk has at most \(SliceSet.limit) slices")
        bits = count == SliceSet.limit ? ~0 : (1 << UInt32(count)) - 1
    }

    public var isEmpty: Bool { bits == 0 }
    public var count: Int { bits.nonzeroBitCount }
    /// The lowest; nil when there is none.
    public var first: Int? { bits == 0 ? nil : bits.trailingZeroBitCount }

    public func contains(_ slice: Int) -> Bool { bits >> UInt32(slice) & 1 == 1 }
    public mutating func insert(_ slice: Int) { bits |= 1 << UInt32(slice) }
    public mutating func remove(_ slice: Int) { bits &= ~(1 << UInt32(slice)) }
    public func intersection(_ other: SliceSet) -> SliceSet { SliceSet(bits: bits & other.bits) }
    public func subtracting(_ other: SliceSet) -> SliceSet { SliceSet(bits: bits & ~other.bits) }
    public func union(_ other: SliceSet) -> SliceSet { SliceSet(bits: bits | other.bits) }
}
