/// A size in bytes.
public struct ByteCount: Hashable, Comparable, Sendable {
    public var bytes: Int64

    public init(bytes: Int64) { self.bytes = bytes }
    public static func kibibytes(_ count: Int64) -> ByteCount { ByteCount(bytes: count << 10) }
    public static func mebibytes(_ count: Int64) -> ByteCount { ByteCount(bytes: count << 20) }
    public static func gibibytes(_ count: Int64) -> ByteCount { ByteCount(bytes: count << 30) }

    /// Parses `512MiB`, `1GiB`, `64KiB`, `4TiB` or `100B`; nil for anything else, a fraction or an overflow.
    public init?(parsing text: some StringProtocol) {
        let units: [(String, Int64)] = [
            ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("TiB", 1 << 40), ("B", 1),
        ]
        for (suffix, factor) in units where text.hasSuffix(suffix) {
            guard let number = Int64(text.dropLast(suffix.count)), number >= 0 else { return nil }
            let (product, overflow) = number.multipliedReportingOverflow(by: factor)
            guard !overflow else { return nil }
            self.init(bytes: product)
            return
        }
        return nil
    }

    public var mebibytes: Int64 { bytes >> 20 }
    public static func < (a: ByteCount, b: ByteCount) -> Bool { a.bytes < b.bytes }
    public static func + (a: ByteCount, b: ByteCount) -> ByteCount { ByteCount(bytes: a.bytes + b.bytes) }
    public static func - (a: ByteCount, b: ByteCount) -> ByteCount { ByteCount(bytes: a.bytes - b.bytes) }
}

extension ByteCount: CustomStringConvertible {
    /// For people: `512 MiB`, `1.4 GiB`, `17 B`.
    public var description: String {
        let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"]
        var value = Double(bytes)
        var unit = 0
        while value >= 1024, unit < units.count - 1 {
            value /= 1024
            unit += 1
        }
        if unit == 0 || value >= 99.95 || value == value.rounded() { return "\(Int64(value.rounded())) \(units[unit])" }
        let tenths = Int64((value * 10).rounded())
        return "\(tenths / 10).\(tenths % 10) \(units[unit])"
    }
}

/// A rate in bits per second.
public struct BitRate: Hashable, Comparable, Sendable {
    public var bitsPerSecond: Int64

    public init(bitsPerSecond: Int64) { self.bitsPerSecond = bitsPerSecond }

    /// Parses `100Mbit`, `10kbit` or `1Gbit`; nil for anything else, zero or an overflow.
    public init?(parsing text: some StringProtocol) {
        for (suffix, factor) in [("kbit", Int64(1000)), ("Mbit", 1_000_000), ("Gbit", 1_000_000_000)]
        where text.hasSuffix(suffix) {
            guard let number = Int64(text.dropLast(4)), number > 0 else { return nil }
            let (product, overflow) = number.multipliedReportingOverflow(by: factor)
            guard !overflow else { return nil }
            self.init(bitsPerSecond: product)
            return
        }
        return nil
    }

    /// Whole bytes.
    public var bytesPerSecond: Int { Int(clamping: bitsPerSecond / 8) }

    public static func < (a: BitRate, b: BitRate) -> Bool { a.bitsPerSecond < b.bitsPerSecond }
}

extension BitRate: CustomStringConvertible {
    /// For people: `40 Mbit/s`.
    public var description: String {
        switch bitsPerSecond {
        case 1_000_000_000...: "\(Double(bitsPerSecond / 100_000_000) / 10) Gbit/s"
        case 1_000_000...: "\(Double(bitsPerSecond / 100_000) / 10) Mbit/s"
        default: "\(Double(bitsPerSecond / 100) / 10) kbit/s"
        }
    }
}
