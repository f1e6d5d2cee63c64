public import Basics

/// What a child asks of one parent: everything that it is to send, until the next want replaces this one.
///
/// It names chunks and slices, not stripes, so a parent can serve a child whatever plan either of them follows.
public struct Want: Hashable, Sendable {
    /// Chunks of which every slice is wanted.
    public var chunks: Bitmap
    /// Chunks of which some slices are wanted, each once and lowest first.
    public var parts: [Part]
    /// Chunks that may be on their way at the same time: as many as there are stripes in it.
    public var lanes: Int
    /// Bytes per second that the plan has for it: children share a busy uplink in this proportion.
    public var rate: Int

    /// Some slices of a chunk.
    public struct Part: Hashable, Sendable {
        public var chunk: Int
        public var slices: SliceSet

        public init(chunk: Int, slices: SliceSet) {
            self.chunk = chunk
            self.slices = slices
        }
    }

    /// The rate of who is served only when nobody else wants anything.
    public static let spareRate = 1

    public init(chunks: Bitmap, parts: [Part] = [], lanes: Int = 1, rate: Int = PipelineLimits.usualRate) {
        self.chunks = chunks
        self.parts = parts
        self.lanes = lanes
        self.rate = rate
    }

    public var isEmpty: Bool { chunks.isEmpty && parts.isEmpty }
}
