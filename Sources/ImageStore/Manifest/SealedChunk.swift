public import Basics
public import Trust

/// What a holder of the image key knows of one distinct chunk: how to open it, and the digest of its plain bytes.
public struct SealedChunk: Hashable, Sendable {
    /// Codec, secret and digest as bytes.
    public static let byteCount = 1 + ChunkSecret.byteCount + Digest.byteCount

    public let codec: ChunkCodec
    public let secret: ChunkSecret
    public let plainDigest: Digest

    public init(codec: ChunkCodec, secret: ChunkSecret, plainDigest: Digest) {
        self.codec = codec
        self.secret = secret
        self.plainDigest = plainDigest
    }

    func write(to writer: inout ByteWriter) {
        writer.write(codec.rawValue)
        writer.write(bytes: secret.bytes)
        writer.write(plainDigest)
    }

    init(from reader: inout ByteReader) throws(DecodeError) {
        guard let codec = ChunkCodec(rawValue: try reader.readUInt8()) else { throw .outOfRange("chunk codec") }
        guard let secret = ChunkSecret(bytes: try reader.readBytes(ChunkSecret.byteCount)) else {
            throw .malformed("chunk secret")
        }
        self.init(codec: codec, secret: secret, plainDigest: try reader.readDigest())
    }
}
