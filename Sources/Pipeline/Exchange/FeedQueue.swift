public import Basics

/// What one child still has to get from its parent, and in which order.
///
/// The lowest chunk that the parent holds goes first; a child that has caught up gets the chunk that is arriving at the
/// parent right now, slice by slice. Each chunk is sent once.
public struct FeedQueue: Sendable {
    /// Where the next chunk comes from.
    public enum Choice: Hashable, Sendable {
        /// The parent holds the chunk of this index whole.
        case held(Int)
        /// The chunk of this index is arriving at the parent.
        case arriving(Int)
    }

    private var lacking: Bitmap

    /// - Parameter lacking: the distinct chunks of the image that the child asks for.
    public init(lacking: Bitmap) {
        self.lacking = lacking
    }

    /// How many chunks are still to be sent.
    public var count: Int { lacking.population }

    /// The next chunk to send, which then counts as sent; nil when nothing of what is lacking is at hand.
    public mutating func next(held: Bitmap, arriving: Int?) -> Choice? {
        if let index = lacking.nextCommon(with: held) {
            lacking[index] = false
            return .held(index)
        }
        if let arriving, lacking[arriving] {
            lacking[arriving] = false
            return .arriving(arriving)
        }
        return nil
    }

    /// Takes back a chunk that could not be sent after all.
    public mutating func restore(_ index: Int) {
        lacking[index] = true
    }
}
