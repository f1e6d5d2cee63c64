import Basics

/// The part of a card that the machine itself needs, read in place: incarnation and addresses.
package struct CardHead {
    package let incarnation: UInt64
    package let addressCount: Int
    private let addresses: UnsafeRawBufferPointer

    /// Nil for bytes that are no card; the rest of the body is not looked at.
    package init?(_ body: UnsafeRawBufferPointer) {
        var reader = RawReader(body)
        do {
            guard try reader.readUInt8() == Card.format else { return nil }
            incarnation = try reader.readUInt64()
            addressCount = Int(try reader.readUInt8())
            guard (1...GossipLimits.addresses).contains(addressCount) else { return nil }
            addresses = try reader.read(addressCount * PeerAddress.byteCount)
        } catch {
            return nil
        }
    }

    /// The address at an index below ``addressCount``.
    package func address(at index: Int) -> PeerAddress {
        PeerAddress(
            raw: UnsafeRawBufferPointer(rebasing: addresses[(index * PeerAddress.byteCount)...]))
    }

    func contains(_ address: PeerAddress) -> Bool {
        (0..<addressCount).contains { self.address(at: $0) == address }
    }
}
