import Basics

/// A random name for one run of a peer, so that counters may start at zero again after a restart.
struct BootID: Hashable, Sendable {
    static let byteCount = 16

    private let high: UInt64
    private let low: UInt64

    /// One of exactly 16 bytes, or nil.
    init?(bytes: [UInt8]) {
        guard bytes.count == BootID.byteCount else { return nil }
        var reader = ByteReader(bytes)
        guard let value = try? BootID(from: &reader) else { return nil }
        self = value
    }

    var bytes: [UInt8] {
        var writer = ByteWriter(capacity: BootID.byteCount)
        write(to: &writer)
        return writer.bytes
    }

    func write(to writer: inout ByteWriter) {
        writer.write(high)
        writer.write(low)
    }

    init(from reader: inout ByteReader) throws(DecodeError) {
        high = try reader.readUInt64()
        low = try reader.readUInt64()
    }
}
