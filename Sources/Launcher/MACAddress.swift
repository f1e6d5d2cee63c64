import Basics

/// The Ethernet address of a node's network card: 6 bytes, never a group address.
public struct MACAddress: Hashable, Sendable {
    public static let byteCount = 6
    public let bytes: [UInt8]

    /// An address of exactly 6 bytes that names one card (no multicast, not all zero), or nil.
    public init?(bytes: some Collection<UInt8>) {
        let bytes = Array(bytes)
        guard bytes.count == MACAddress.byteCount, bytes[0] & 1 == 0, bytes.contains(where: { $0 != 0 }) else {
            return nil
        }
        self.bytes = bytes
    }

    /// An address from `52:54:00:ab:cd:ef`, or nil.
    public init?(parsing text: some StringProtocol) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.allSatisfy({ $0.utf8.count == 2 }), let bytes = Hex.decode(parts.joined()) else { return nil }
        self.init(bytes: bytes)
    }

    /// The address of the node with this uuid: QEMU's prefix and three of the uuid's bytes.
    public init(for uuid: DomainUUID) {
        bytes = [0x52, 0x54, 0x00] + uuid.bytes[13...]
    }
}

extension MACAddress: CustomStringConvertible {
    public var description: String { bytes.map { Hex.encode([$0]) }.joined(separator: ":") }
}
