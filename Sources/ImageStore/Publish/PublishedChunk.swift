internal import Basics

/// A distinct chunk of an image that is being published: its public and its sealed side.
struct PublishedChunk: Sendable {
    let chunk: ManifestChunk
    let secret: SealedChunk
}
