/// A chunk whose slices are coming from the parent, in order.
public struct ArrivingChunk: Hashable, Sendable {
    /// The chunk's place among the distinct chunks of the image.
    public let index: Int
    /// How many slices it has.
    public let slices: Int
    /// How many of them are here.
    public internal(set) var received = 0
    public internal(set) var bytes = 0

    init(index: Int, slices: Int) {
        self.index = index
        self.slices = slices
    }
}
