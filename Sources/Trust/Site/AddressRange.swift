import Basics

/// A range of IP addresses, `10.77.0.0/16` or `fd00::/8`, that a certified peer may be reached at.
public struct AddressRange: Hashable, Sendable {
    /// The first address: 4 bytes for IPv4, 16 for IPv6; the bits after the prefix are 0.
    public let address: [UInt8]
    public let prefixLength: UInt8

    /// Nil when the address has no legal size, the prefix is too long, or bits are set after it.
    public init?(address: [UInt8], prefixLength: UInt8) {
        guard [4, 16].contains(address.count), Int(prefixLength) <= address.count * 8 else { return nil }
        guard AddressRange.masked(address, prefixLength) == address else { return nil }
        self.address = address
        self.prefixLength = prefixLength
    }

    /// A range in text; an address without `/n` is the range of that one address. Nil for anything else.
    public init?(parsing text: some StringProtocol) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let address = IPAddressText.parse(first) else { return nil }
        guard parts.count == 2 else {
            self.init(address: address, prefixLength: UInt8(address.count * 8))
            return
        }
        guard parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }), let prefix = UInt8(parts[1]) else { return nil }
        self.init(address: address, prefixLength: prefix)
    }

    /// Whether an address (4 or 16 bytes) lies inside. An IPv4 address is never inside an IPv6 range.
    public func contains(_ other: [UInt8]) -> Bool {
        other.count == address.count && AddressRange.masked(other, prefixLength) == address
    }

    private static func masked(_ address: [UInt8], _ prefixLength: UInt8) -> [UInt8] {
        address.indices.map { index in
            let kept = min(8, max(0, Int(prefixLength) - index * 8))
            return address[index] & UInt8(truncatingIfNeeded: 0xFF00 >> kept)
        }
    }

    func write(to writer: inout ByteWriter) {
        writer.write(UInt8(address.count))
        writer.write(prefixLength)
        writer.write(bytes: address)
    }

    init(from reader: inout ByteReader) throws(DecodeError) {
        let size = try reader.readUInt8()
        guard size == 4 || size == 16 else { throw .outOfRange("address size") }
        let prefix = try reader.readUInt8()
        guard let range = AddressRange(address: try reader.readBytes(Int(size)), prefixLength: prefix) else {
            throw .malformed("an address range has bits after its prefix")
        }
        self = range
    }
}

extension AddressRange: CustomStringConvertible {
    public var description: String { "\(IPAddressText.format(address))/\(prefixLength)" }
}
