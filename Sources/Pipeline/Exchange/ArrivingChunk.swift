/// A chunk of which some slices are here and others are to come, in any order and from several parents.
public struct ArrivingChunk: Hashable, Sendable {
    /// The chunk's place among the distinct chunks of the image.
    public let index: Int
    /// How many slices it has.
    public let slices: Int
    /// Which of them are here.
    public internal(set) var received = SliceSet.none
    public internal(set) var bytes = 0

    init(index: Int, slices: Int) {
        self.index = index
        self.slices = slices
    }

    public var isWhole: Bool { received.count == slices }
    /// Those that are to come.
    var lacking: SliceSet { SliceSet(first: slices).subtracting(received) }
}
