/// A freshly sealed chunk: its stored form, and what the sealed part of a manifest says of it.
package struct EncodedChunk: Sendable {
    package let stored: VerifiedChunk
    package let secret: SealedChunk
    package let plainLength: Int
}
