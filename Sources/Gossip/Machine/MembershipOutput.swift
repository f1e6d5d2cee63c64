import Basics

extension Membership {
    /// One thing that the shell has to do. Bytes are in the list that it came in.
    public enum Output: Hashable, Sendable {
        /// Seal and send; at most ``GossipLimits/datagramBytes``. Sending may fail, it is never repeated as such.
        case send(Route, Bytes)
        /// Check the signature of this record by the owner's key, and the owner's certificate: the one in the body of a
        /// card, else the one in `record(of: owner, kind: .card)`. Answer with ``Input/verified(_:_:)``.
        case verify(VerificationTicket, record: Bytes)
        /// Sign `SignedRecord.signedBytes` of this name, version and body, and answer with ``Input/publish(_:)``.
        case needSigned(RecordName, version: UInt64, body: Bytes)
        /// The state of an earlier life of this identity was seen: this epoch is used now, persist it.
        case adoptEpoch(UInt32)
        case event(MembershipEvent)
    }

    /// A part of the bytes of ``Outputs``.
    public struct Bytes: Hashable, Sendable {
        let start: Int32
        public let count: Int32
    }

    /// What the shell has to do, in this order. Its memory is used again after ``removeAll()``.
    public struct Outputs: Sendable {
        public private(set) var all: [Output] = []
        /// The bytes of everything in ``all``, one after the other.
        var bytes: [UInt8] = []

        public init() {}

        public mutating func removeAll() {
            all.removeAll(keepingCapacity: true)
            bytes.removeAll(keepingCapacity: true)
        }

        /// Views into the list: they end with the call.
        public func withBytes<Result>(
            _ part: Bytes, _ body: (UnsafeRawBufferPointer) throws -> Result
        ) rethrows -> Result {
            try bytes.withUnsafeBytes {
                try body(UnsafeRawBufferPointer(rebasing: $0[Int(part.start)..<Int(part.start) + Int(part.count)]))
            }
        }

        /// A copy.
        public func array(_ part: Bytes) -> [UInt8] { withBytes(part) { Array($0) } }

        mutating func append(_ output: Output) { all.append(output) }
        mutating func append(_ event: MembershipEvent) { all.append(.event(event)) }

        mutating func keep(_ more: UnsafeRawBufferPointer) -> Bytes {
            defer { bytes.append(contentsOf: more) }
            return Bytes(start: Int32(bytes.count), count: Int32(more.count))
        }

        func written(since start: Int) -> Bytes {
            Bytes(start: Int32(start), count: Int32(bytes.count - start))
        }
    }
}
