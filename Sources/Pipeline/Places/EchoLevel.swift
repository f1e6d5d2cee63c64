import Basics

/// A round trip on a scale of octaves with eight even steps in each: how it compares matters, and it fits into a byte.
public struct EchoLevel: Hashable, Comparable, Sendable {
    /// 0 is a microsecond and less, 8 are two, 12 three, 16 four; 255 is more than an hour.
    public let rawValue: UInt8

    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public init(_ roundTrip: Duration) {
        let microseconds = max(1, roundTrip.wholeNanoseconds / 1000)
        let octave = Int64.bitWidth - 1 - microseconds.leadingZeroBitCount
        let steps = octave >= 3 ? microseconds >> (octave - 3) : microseconds << (3 - octave)
        rawValue = UInt8(clamping: octave * Self.octave + Int(steps) - Self.octave)
    }

    static let octave = 8
    /// Far echoes take at least four times as long as near ones, by their means.
    private static let leastContrast = Double(2 * octave)

    public static func < (a: EchoLevel, b: EchoLevel) -> Bool { a.rawValue < b.rawValue }

    /// Where near ends and far begins: what divides levels into two classes that differ most (Otsu 1979, "A threshold
    /// selection method from gray-level histograms", section II); nil when they are one.
    static func limit(of levels: [EchoLevel]) -> EchoLevel? {
        var counts = [Int](repeating: 0, count: 256)
        for level in levels { counts[Int(level.rawValue)] += 1 }
        let total = counts.enumerated().reduce(0) { $0 + $1.offset * $1.element }
        var best: (limit: Int, variance: Double, contrast: Double)?
        var (below, sum) = (0, 0)
        for limit in 1..<256 {
            below += counts[limit - 1]
            sum += counts[limit - 1] * (limit - 1)
            let above = levels.count - below
            guard below > 0, above > 0, counts[limit - 1] > 0 else { continue }
            let contrast = Double(total - sum) / Double(above) - Double(sum) / Double(below)
            let variance = Double(below) * Double(above) * contrast * contrast
            if variance > best?.variance ?? 0 { best = (limit, variance, contrast) }
        }
        guard let best, best.contrast >= leastContrast else { return nil }
        return EchoLevel(rawValue: UInt8(best.limit))
    }
}
