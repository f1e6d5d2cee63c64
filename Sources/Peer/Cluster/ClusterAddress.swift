/// An IPv4 address inside a cluster's network.
public struct ClusterAddress: Hashable, Comparable, Sendable, CustomStringConvertible {
    public var value: UInt32

    public init(value: UInt32) { self.value = value }

    /// Four decimal numbers without leading zeros, or nil.
    public init?(parsing text: some StringProtocol) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var value: UInt32 = 0
        for part in parts {
            let isPlain = part.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } && (part.count == 1 || part.first != "0")
            guard isPlain, let octet = UInt8(part) else { return nil }
            value = value << 8 | UInt32(octet)
        }
        self.value = value
    }

    public var octets: [UInt8] { [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) } }
    public var description: String { octets.map(String.init).joined(separator: ".") }
    public static func < (a: ClusterAddress, b: ClusterAddress) -> Bool { a.value < b.value }
}
