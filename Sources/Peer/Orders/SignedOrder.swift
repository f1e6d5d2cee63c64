package import Basics
package import Trust

/// An order for one target, signed by who gives it, so that any peer may bring it.
package struct SignedOrder: Hashable, Sendable {
    package let target: PeerID
    /// Seconds since 1970.
    package let issued: UInt64
    package let order: InstallOrder
    package let signature: Signature

    package init(_ order: InstallOrder, for target: PeerID, issued: UInt64, by issuer: SigningKey) {
        self.target = target
        self.issued = issued
        self.order = order
        signature = issuer.sign(Self.signedPart(target, issued, order), context: .order)
    }

    package func isAuthentic(by issuer: Digest) -> Bool {
        signature.isValid(for: Self.signedPart(target, issued, order), by: issuer, context: .order)
    }

    /// About what it has by itself; in a bundle it has less.
    var byteCount: Int { 1024 + order.peers.count * 36 }

    func write(to writer: inout ByteWriter, names: OrderNames) {
        writer.write(target.digest)
        writer.write(issued)
        order.write(to: &writer, names: names)
        writer.write(bytes: signature.bytes)
    }

    init(from reader: inout ByteReader, names: OrderNames) throws(DecodeError) {
        target = PeerID(try reader.readDigest())
        issued = try reader.readUInt64()
        order = try InstallOrder(from: &reader, names: names)
        guard let signature = Signature(bytes: try reader.readBytes(Signature.byteCount)) else { throw .truncated }
        self.signature = signature
    }

    private static func signedPart(_ target: PeerID, _ issued: UInt64, _ order: InstallOrder) -> [UInt8] {
        let bytes = order.encoded()
        var writer = ByteWriter(capacity: bytes.count + 48)
        writer.write(target.digest)
        writer.write(issued)
        writer.write(bytes: bytes)
        return writer.bytes
    }
}
