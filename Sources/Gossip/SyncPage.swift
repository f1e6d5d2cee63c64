package import Basics

/// A part of a digest: all peers with `low <= id < high` that the sender knows, in ascending order.
package struct SyncPage: Hashable, Sendable {
    package var low: PeerID
    /// Nil: to the end of all names.
    package var high: PeerID?
    package var entries: [SyncEntry]

    package init(low: PeerID, high: PeerID?, entries: [SyncEntry]) {
        self.low = low
        self.high = high
        self.entries = entries
    }

    static let fixedBytes = 32 + 1 + 32 + 1

    /// Whether a name lies in the part.
    func covers(_ id: PeerID) -> Bool {
        guard id >= low else { return false }
        guard let high else { return true }
        return id < high
    }

    func encode(to writer: inout ByteWriter) {
        writer.write(low.digest)
        writer.write(UInt8(high == nil ? 0 : 1))
        writer.write((high ?? PeerID(.zero)).digest)
        writer.write(UInt8(entries.count))
        for entry in entries { entry.encode(to: &writer) }
    }

    init(decoding reader: inout ByteReader) throws(DecodeError) {
        low = PeerID(try reader.readDigest())
        let isBounded = try reader.readUInt8()
        guard isBounded <= 1 else { throw .outOfRange("page bound") }
        let bound = PeerID(try reader.readDigest())
        high = isBounded == 1 ? bound : nil
        let count = Int(try reader.readUInt8())
        entries = []
        for _ in 0..<count {
            let entry = try SyncEntry(decoding: &reader)
            guard covers(entry.id) else { throw .malformed("an entry outside its page") }
            if let last = entries.last, last.id >= entry.id { throw .malformed("entries out of order") }
            entries.append(entry)
        }
    }
}
