import Basics

/// Where a peer is reached: an IPv4 or IPv6 address and a port, as a plain value.
///
/// On the wire: 16 bytes of address (IPv4 as `::ffff:a.b.c.d`), then the port, 18 bytes in all.
public struct PeerAddress: Hashable, Comparable, Sendable {
    public static let byteCount = 18
    private static let mappedPrefix: UInt64 = 0xFFFF

    private let high: UInt64
    private let low: UInt64
    public let port: UInt16

    private init(high: UInt64, low: UInt64, port: UInt16) {
        self.high = high
        self.low = low
        self.port = port
    }

    public init(ipv4 a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8, port: UInt16) {
        let address = UInt64(a) << 24 | UInt64(b) << 16 | UInt64(c) << 8 | UInt64(d)
        self.init(high: 0, low: PeerAddress.mappedPrefix << 32 | address, port: port)
    }

    /// An IPv6 address of 16 bytes in network order, which the buffer must hold.
    public init(ipv6 bytes: UnsafeRawBufferPointer, port: UInt16) {
        precondition(bytes.count >= 16, "an IPv6 address has 16 bytes")
        self.init(
            high: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self)),
            low: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)), port: port)
    }

    /// By the bytes of the address, then by port.
    public static func < (a: PeerAddress, b: PeerAddress) -> Bool { (a.high, a.low, a.port) < (b.high, b.low, b.port) }

    /// An address of 4 or 16 bytes in network order, or nil.
    public init?(bytes: some Collection<UInt8>, port: UInt16) {
        let bytes = Array(bytes)
        if bytes.count == 4 {
            self.init(ipv4: bytes[0], bytes[1], bytes[2], bytes[3], port: port)
        } else if bytes.count == 16 {
            let words = [bytes[..<8], bytes[8...]].map { $0.reduce(0) { $0 << 8 | UInt64($1) } }
            self.init(high: words[0], low: words[1], port: port)
        } else {
            return nil
        }
    }

    public var isIPv4: Bool { high == 0 && low >> 32 == PeerAddress.mappedPrefix }

    /// The address without the port: 4 bytes for IPv4, else 16.
    public var addressBytes: [UInt8] {
        let all = [high, low].flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(56 - 8 * $0)) } }
        return isIPv4 ? Array(all.suffix(4)) : all
    }

    /// Whether one peer can be reached there: neither port 0 nor the unspecified, a multicast or broadcast address.
    public var isReachable: Bool {
        if port == 0 { return false }
        if isIPv4 {
            let first = UInt8(truncatingIfNeeded: low >> 24)
            return first != 0 && first < 224
        }
        return !(high == 0 && low == 0) && high >> 56 != 0xFF
    }

    /// Reads the 18 bytes at the start of a buffer, which must hold them.
    init(raw: UnsafeRawBufferPointer) {
        high = UInt64(bigEndian: raw.loadUnaligned(fromByteOffset: 0, as: UInt64.self))
        low = UInt64(bigEndian: raw.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        port = UInt16(bigEndian: raw.loadUnaligned(fromByteOffset: 16, as: UInt16.self))
    }

    func encode(to writer: inout ByteWriter) {
        writer.write(high)
        writer.write(low)
        writer.write(port)
    }

    init(decoding reader: inout ByteReader) throws(DecodeError) {
        high = try reader.readUInt64()
        low = try reader.readUInt64()
        port = try reader.readUInt16()
    }
}
