import Basics

/// A record as it is kept: its bytes as they came, since they are only ever sent on, and its version beside them.
struct StoredRecord: Sendable {
    /// 0 where nothing is held.
    private(set) var version: UInt64 = 0
    /// The whole record, signature included.
    private(set) var bytes: [UInt8] = []

    static let none = StoredRecord()

    private init() {}

    init(_ bytes: [UInt8], version: UInt64) {
        self.bytes = bytes
        self.version = version
    }

    init(_ record: SignedRecord) {
        self.init(record.encoded(), version: record.version)
    }

    var isHeld: Bool { version > 0 }
    var kind: RecordKind { RecordKind(raw: bytes[Digest.byteCount]) }
    var item: UInt8 { bytes[Digest.byteCount + 1] }
    var bodyCount: Int { bytes.count - RawRecord.headBytes - GossipLimits.signatureBytes }

    /// Takes newer bytes and gives the old ones back, so that their memory is used again.
    mutating func exchange(_ newer: inout [UInt8], version: UInt64) {
        swap(&bytes, &newer)
        self.version = version
    }

    func withBody<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        bytes.withUnsafeBytes {
            body(UnsafeRawBufferPointer(rebasing: $0[RawRecord.headBytes..<RawRecord.headBytes + bodyCount]))
        }
    }

    var body: [UInt8] { Array(bytes[RawRecord.headBytes..<RawRecord.headBytes + bodyCount]) }

    /// For those outside who want it in parts; nil where nothing is held.
    var signed: SignedRecord? { isHeld ? try? SignedRecord(decoding: bytes) : nil }
}
