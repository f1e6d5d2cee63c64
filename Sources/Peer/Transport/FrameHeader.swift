public import Basics

/// What a frame is. The raw values are the wire's (docs/wire/frames.md).
public enum FrameKind: UInt8, Sendable, CaseIterable {
    case subscribe = 0x10
    case accepted = 0x11
    case refused = 0x12
    case unsubscribe = 0x13
    case credit = 0x14
    case progress = 0x15
    case chunk = 0x16
    case slice = 0x17
    /// A ``PlanBody``: who takes part in the install of an image.
    case plan = 0x18
    case request = 0x20
    case event = 0x21
    case response = 0x22
    case failure = 0x23
    case cancel = 0x24
    case keepAlive = 0x30
    /// The sender seals everything after this frame with its next key.
    case rekey = 0x31
    /// A ``ProbeBody``: one host measures what it can send or receive.
    case probe = 0x40
    /// Bytes that only count.
    case probeData = 0x41
    /// What would be in a gossip datagram, for peers that datagrams do not reach.
    case gossip = 0x42

    /// Only these carry a payload.
    static func carriesPayload(_ raw: UInt8) -> Bool { raw == slice.rawValue || raw == probeData.rawValue }
}

/// The fixed head of every frame: 20 bytes, sealed under the session's keys.
///
/// After the head come `bodyBytes` of sealed control body (with its tag) and then `payloadBytes` of slices as stored,
/// which are not sealed: the chunk that was announced before has their hashes. The payload of a probe is not sealed
/// either, and means nothing.
public struct FrameHeader: Hashable, Sendable {
    /// Bytes before sealing.
    public static let byteCount = 20
    /// Bytes of an authentication tag.
    public static let tagBytes = 16
    /// Bytes on the wire.
    public static let sealedByteCount = byteCount + tagBytes

    public var kind: UInt8
    public var bodyBytes: Int
    public var payloadBytes: Int
    /// The subscription or the request that the frame belongs to; chosen by the side that opened it.
    public var stream: UInt32
    /// The distinct chunk of the image.
    public var index: UInt32
    /// The slice of the chunk, or the first of several.
    public var slice: UInt8

    public init(
        kind: FrameKind, stream: UInt32, bodyBytes: Int = 0, payloadBytes: Int = 0, index: UInt32 = 0, slice: UInt8 = 0
    ) {
        self.kind = kind.rawValue
        self.stream = stream
        self.bodyBytes = bodyBytes
        self.payloadBytes = payloadBytes
        self.index = index
        self.slice = slice
    }

    /// Reads 20 bytes; sizes beyond the limits are an error before any memory is taken for them.
    public init(decoding bytes: UnsafeRawBufferPointer) throws(DecodeError) {
        guard bytes.count >= FrameHeader.byteCount else { throw .truncated }
        func word(_ offset: Int) -> UInt32 {
            UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
        }
        kind = bytes[0]
        slice = bytes[1]
        guard bytes[2] == 0, bytes[3] == 0 else { throw .malformed("reserved bytes of a frame are not zero") }
        bodyBytes = Int(word(4))
        payloadBytes = Int(word(8))
        stream = word(12)
        index = word(16)
        guard bodyBytes == 0 || bodyBytes > FrameHeader.tagBytes, bodyBytes <= PeerLimits.frameBodyBytes else {
            throw .outOfRange("frame body length")
        }
        guard payloadBytes <= mostPayloadBytes else { throw .outOfRange("payload length") }
        if payloadBytes > 0, !FrameKind.carriesPayload(kind) || bodyBytes > 0 {
            throw .malformed("only slices and probes carry a payload, and nothing else")
        }
    }

    /// Slices of one chunk, one behind the other, up to its last; a probe has the size of a slice.
    private var mostPayloadBytes: Int {
        guard kind == FrameKind.slice.rawValue else { return FormatLimits.sliceBytes }
        return max(1, FormatLimits.slicesPerChunk - Int(slice)) * FormatLimits.sliceBytes
    }

    /// Writes 20 bytes at the start of a buffer.
    public func write(to buffer: UnsafeMutableRawBufferPointer) {
        precondition(buffer.count >= FrameHeader.byteCount, "a frame header needs 20 bytes")
        buffer[0] = kind
        buffer[1] = slice
        buffer[2] = 0
        buffer[3] = 0
        buffer.storeBytes(of: UInt32(bodyBytes).bigEndian, toByteOffset: 4, as: UInt32.self)
        buffer.storeBytes(of: UInt32(payloadBytes).bigEndian, toByteOffset: 8, as: UInt32.self)
        buffer.storeBytes(of: stream.bigEndian, toByteOffset: 12, as: UInt32.self)
        buffer.storeBytes(of: index.bigEndian, toByteOffset: 16, as: UInt32.self)
    }
}
