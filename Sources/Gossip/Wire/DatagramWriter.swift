package import Basics

/// Writes one datagram at the end of the outputs' bytes: the message first, then what rides along.
package struct DatagramWriter {
    private let start: Int
    private let afterMessage: Int
    /// The most bytes that it may have.
    private let limit: Int
    /// The section that is open: its tag, and where its length stands.
    private var section: (tag: UInt8, length: Int)?

    /// Begins; the body of the message is written by `body`.
    package init(
        _ code: MessageCode, limit: Int = GossipLimits.datagramBytes, _ outputs: inout Membership.Outputs,
        body: (inout [UInt8]) -> Void = { _ in }
    ) {
        self.limit = limit
        start = outputs.bytes.count
        outputs.bytes.append(Datagram.format)
        outputs.bytes.append(code.rawValue)
        body(&outputs.bytes)
        afterMessage = outputs.bytes.count
    }

    /// A message of a sequence and a peer; ping and ack also say by a fingerprint what the sender knows.
    package init(
        _ code: MessageCode, _ sequence: UInt32, _ id: PeerID, fingerprint: UInt64,
        limit: Int = GossipLimits.datagramBytes, _ outputs: inout Membership.Outputs
    ) {
        self.init(code, limit: limit, &outputs) {
            $0.append(bigEndian: sequence)
            $0.append(id.digest)
            if code == .ping || code == .ack { $0.append(bigEndian: fingerprint) }
        }
    }

    package func byteCount(_ outputs: Membership.Outputs) -> Int { outputs.bytes.count - start }
    func freeBytes(_ outputs: Membership.Outputs) -> Int { limit - byteCount(outputs) }
    /// Whether nothing rides along.
    func isBare(_ outputs: Membership.Outputs) -> Bool { outputs.bytes.count == afterMessage }

    /// Adds a claim unless less than `reserved` bytes would be left; false when there is no room.
    package mutating func add(_ claim: Claim, reserved: Int = 0, _ outputs: inout Membership.Outputs) -> Bool {
        guard open(Datagram.claimsTag, for: Claim.byteCount, reserved, &outputs) else { return false }
        claim.append(to: &outputs.bytes)
        close(Claim.byteCount, &outputs)
        return true
    }

    /// Adds a record; the same.
    package mutating func add(record bytes: [UInt8], reserved: Int = 0, _ outputs: inout Membership.Outputs) -> Bool {
        guard open(Datagram.recordsTag, for: bytes.count, reserved, &outputs) else { return false }
        outputs.bytes.append(contentsOf: bytes)
        close(bytes.count, &outputs)
        return true
    }

    private mutating func open(
        _ tag: UInt8, for count: Int, _ reserved: Int, _ outputs: inout Membership.Outputs
    ) -> Bool {
        let isOpen = section?.tag == tag
        let size = count + (isOpen ? 0 : Datagram.sectionBytes)
        guard freeBytes(outputs) - reserved >= size else { return false }
        if !isOpen {
            outputs.bytes.append(tag)
            section = (tag, outputs.bytes.count)
            outputs.bytes.append(bigEndian: UInt16(0))
        }
        return true
    }

    private func close(_ added: Int, _ outputs: inout Membership.Outputs) {
        guard let length = section?.length else { return }
        let count = Int(outputs.bytes[length]) << 8 | Int(outputs.bytes[length + 1]) + added
        outputs.bytes[length] = UInt8(truncatingIfNeeded: count >> 8)
        outputs.bytes[length + 1] = UInt8(truncatingIfNeeded: count)
    }

    /// Says that an answer was cut short; only for a message of that code.
    static func markMore(at part: Membership.Bytes, _ outputs: inout Membership.Outputs) {
        outputs.bytes[Int(part.start) + 2] = 1
    }

    /// The bytes of the whole datagram.
    package func finish(_ outputs: Membership.Outputs) -> Membership.Bytes { outputs.written(since: start) }

    /// Takes it back.
    func discard(_ outputs: inout Membership.Outputs) {
        outputs.bytes.removeLast(outputs.bytes.count - start)
    }
}
