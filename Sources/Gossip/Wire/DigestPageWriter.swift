import Basics

/// Writes one page of a digest; how many entries it has and where it ends is filled in last.
struct DigestPageWriter {
    private let writer: DatagramWriter
    /// Where the bound stands in the outputs' bytes: a flag, a name, and the count of entries.
    private let bound: Int
    private var count = 0

    init(from low: PeerID, limit: Int, _ outputs: inout Membership.Outputs) {
        var bound = 0
        writer = DatagramWriter(.page, limit: limit, &outputs) { bytes in
            bytes.append(low.digest)
            bound = bytes.count
            bytes.append(0)
            bytes.append(Digest.zero)
            bytes.append(0)
        }
        self.bound = bound
    }

    /// Adds an entry; false when there is no room.
    mutating func add(
        _ id: PeerID, _ state: MemberState, _ incarnation: UInt64, _ recordCount: Int,
        _ outputs: inout Membership.Outputs, _ records: ((StoredRecord) -> Void) -> Void
    ) -> Bool {
        let size = DigestEntry.fixedBytes + recordCount * DigestEntry.versionBytes
        guard count < Int(UInt8.max), writer.freeBytes(outputs) >= size else { return false }
        outputs.bytes.append(id.digest)
        outputs.bytes.append(state.rawValue)
        outputs.bytes.append(bigEndian: incarnation)
        outputs.bytes.append(UInt8(recordCount))
        records { record in
            outputs.bytes.append(record.kind.raw)
            outputs.bytes.append(record.item)
            outputs.bytes.append(bigEndian: record.version)
        }
        count += 1
        return true
    }

    /// The datagram; it ends before `high`, or with the last name there is.
    func finish(at high: PeerID?, _ outputs: inout Membership.Outputs) -> DatagramWriter {
        if let high {
            outputs.bytes[bound] = 1
            outputs.bytes.withUnsafeMutableBytes {
                high.digest.write(to: UnsafeMutableRawBufferPointer(rebasing: $0[(bound + 1)...]))
            }
        }
        outputs.bytes[bound + 1 + Digest.byteCount] = UInt8(count)
        return writer
    }
}
