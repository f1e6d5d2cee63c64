public import Basics
public import Trust

/// A detached signature of a manifest: who signed, and the signature over the ImageID.
public struct ManifestSignature: Hashable, Sendable {
    static let byteCount = Digest.byteCount + Signature.byteCount

    public let signer: PeerID
    public let signature: Signature

    public init(signer: PeerID, signature: Signature) {
        self.signer = signer
        self.signature = signature
    }

    public init(of image: ImageID, by identity: PeerIdentity) {
        signer = identity.peerID
        signature = identity.signing.sign(image.digest.bytes, context: .manifest)
    }

    public func isValid(for image: ImageID) -> Bool {
        signature.isValid(for: image.digest.bytes, by: signer.digest, context: .manifest)
    }

    func write(to writer: inout ByteWriter) {
        writer.write(signer.digest)
        writer.write(bytes: signature.bytes)
    }

    init(from reader: inout ByteReader) throws(DecodeError) {
        signer = PeerID(try reader.readDigest())
        guard let signature = Signature(bytes: try reader.readBytes(Signature.byteCount)) else {
            throw .malformed("signature")
        }
        self.signature = signature
    }
}
