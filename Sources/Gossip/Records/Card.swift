public import Basics

/// Who a peer is and where it can be reached: the body of a record of kind ``RecordKind/card``.
///
/// Bytes after the known fields are ignored: later versions append theirs.
public struct Card: Hashable, Sendable {
    /// Where the peer listens, TCP and UDP alike, the preferred address first; 1 to 4.
    public var addresses: [PeerAddress]
    /// What people call the host; at most 63 bytes, like site and rack.
    public var name: String
    public var site: String
    public var rack: String
    /// The encoded certificate chain, opaque here; at most 700 bytes.
    public var certificate: [UInt8]
    /// The owner's incarnation when the card was signed. ``Membership`` fills it in.
    public var incarnation: UInt64

    public init(
        addresses: [PeerAddress], name: String, site: String = "", rack: String = "", certificate: [UInt8] = [],
        incarnation: UInt64 = 0
    ) {
        self.addresses = addresses
        self.name = name
        self.site = site
        self.rack = rack
        self.certificate = certificate
        self.incarnation = incarnation
    }

    static let format: UInt8 = 1

    /// Why a card cannot be announced, or nil.
    public var fault: String? {
        let limit = GossipLimits.nameBytes
        if addresses.isEmpty || addresses.count > GossipLimits.addresses {
            return "a card has 1 to \(GossipLimits.addresses) addresses"
        }
        if !addresses.allSatisfy(\.isReachable) { return "an address of a card cannot be sent to" }
        if name.isEmpty { return "a peer needs a name" }
        if name.utf8.count > limit || site.utf8.count > limit || rack.utf8.count > limit {
            return "a name is longer than \(limit) bytes"
        }
        if !(Card.isPrintable(name) && Card.isPrintable(site) && Card.isPrintable(rack)) {
            return "a name has control characters"
        }
        if certificate.count > GossipLimits.certificateBytes {
            return "a certificate chain is longer than \(GossipLimits.certificateBytes) bytes"
        }
        return nil
    }

    public func encoded() -> [UInt8] {
        var writer = ByteWriter(capacity: 128 + certificate.count)
        writer.write(Card.format)
        writer.write(incarnation)
        writer.write(UInt8(addresses.count))
        for address in addresses { address.encode(to: &writer) }
        writer.write(text: name)
        writer.write(text: site)
        writer.write(text: rack)
        writer.write(field16: certificate)
        return writer.bytes
    }

    public init(decoding bytes: [UInt8]) throws(DecodeError) {
        var reader = ByteReader(bytes)
        let format = try reader.readUInt8()
        guard format == Card.format else { throw .unsupportedVersion(UInt64(format)) }
        incarnation = try reader.readUInt64()
        guard incarnation <= GossipLimits.version else { throw .outOfRange("incarnation") }
        let count = Int(try reader.readUInt8())
        guard (1...GossipLimits.addresses).contains(count) else { throw .outOfRange("addresses of a card") }
        addresses = []
        for _ in 0..<count { addresses.append(try PeerAddress(decoding: &reader)) }
        name = try reader.readText(limit: GossipLimits.nameBytes)
        site = try reader.readText(limit: GossipLimits.nameBytes)
        rack = try reader.readText(limit: GossipLimits.nameBytes)
        certificate = try reader.readField16(limit: GossipLimits.certificateBytes)
        if let fault { throw .malformed(fault) }
    }

    /// Names reach terminals: no control characters.
    static func isPrintable(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) }
    }
}
