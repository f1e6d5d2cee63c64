import Basics

/// The identity of one life of a node at the hypervisor: 16 bytes.
public struct DomainUUID: Hashable, Sendable {
    public static let byteCount = 16
    public let bytes: [UInt8]

    /// A uuid of exactly 16 bytes, or nil.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == DomainUUID.byteCount else { return nil }
        self.bytes = Array(bytes)
    }

    /// A uuid from its text with or without hyphens, or nil.
    public init?(parsing text: some StringProtocol) {
        guard let bytes = Hex.decode(String(text.filter { $0 != "-" })) else { return nil }
        self.init(bytes: bytes)
    }

    /// A random uuid of version 4.
    public static func random() -> DomainUUID {
        var generator = SystemRandomNumberGenerator()
        var bytes = (0..<byteCount).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        bytes[6] = bytes[6] & 0x0F | 0x40
        bytes[8] = bytes[8] & 0x3F | 0x80
        return DomainUUID(unchecked: bytes)
    }

    private init(unchecked bytes: [UInt8]) { self.bytes = bytes }
}

extension DomainUUID: CustomStringConvertible {
    /// The text with hyphens that libvirt reads and prints.
    public var description: String {
        let hex = Array(Hex.encode(bytes))
        let parts = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(hex[$0]) }
        return parts.joined(separator: "-")
    }
}
