public import Basics

/// One image at one peer: what it holds, what is arriving, whom it asks, and what each child gets next. A pure machine.
///
/// Bytes are the shell's. It verifies a slice before it tells this machine, asks ``nextSend(to:)`` as long as a child's
/// socket takes more, and says when chunks are stored. The same machine runs in the daemon and in the simulator.
public struct Exchange: Sendable {
    let sizes: ChunkSizes
    /// Distinct chunks that can be served: in the store, or verified and on their way into it.
    public private(set) var held: Bitmap
    /// Chunks of which some slices are here, by index.
    public private(set) var arriving: [Int: ArrivingChunk] = [:]
    /// Verified bytes of whole chunks that the store does not have yet.
    public private(set) var unstoredBytes = 0
    var children: [ChildFeed?] = []
    /// What the child that was served last had got.
    var clock = 0
    /// The child that holds others back.
    var holdUp: HoldUp?
    var fetch: Fetch?
    /// A fetch has ended before everything was here: what is lacking will not come.
    var hasGivenUp = false
    /// Bytes per second that this peer's link carries; nil: nobody knows.
    public var capacity: Int?
    /// Bytes per second that parents may send in all; nil: what they can.
    public var receiveRate: Int?

    /// - Parameter lengths: each of at most ``SliceSet/limit`` slices.
    public init(lengths: [Int], held: Bitmap, sliceBytes: Int = FormatLimits.sliceBytes) {
        precondition(lengths.count == held.count, "each chunk has a length")
        sizes = ChunkSizes(lengths: lengths, sliceBytes: sliceBytes)
        self.held = held
    }

    /// Stored bytes of each distinct chunk of the image.
    public var lengths: [Int] { sizes.lengths }
    /// Bytes of a slice; the last of a chunk may be smaller.
    public var sliceBytes: Int { sizes.sliceBytes }
    /// How many slices a chunk has.
    public func slices(of index: Int) -> Int { sizes.slices(of: index) }
    /// The bytes of one slice.
    public func bytes(of index: Int, slice: Int) -> Int { sizes.bytes(of: index, slice: slice) }

    // MARK: What arrives

    /// What came of the header of a chunk.
    public enum Beginning: Hashable, Sendable {
        /// Its slices may come.
        case taken
        /// It is arriving already, from another parent too.
        case known
        /// It is here already: what comes of it is of no use.
        case useless
        /// The parent sends more than it was allowed.
        case overrun
    }

    /// A parent begins a chunk; the shell has checked its header.
    public mutating func begin(chunk index: Int) -> Beginning {
        if arriving[index] != nil { return .known }
        guard !held[index] else { return .useless }
        guard arriving.count < PipelineLimits.arrivingChunks,
            unstoredBytes + lengths[index] <= PipelineLimits.unstoredBytes
        else { return .overrun }
        arriving[index] = ArrivingChunk(index: index, slices: slices(of: index))
        return .taken
    }

    /// What came of a slice.
    public enum Arrival: Hashable, Sendable {
        /// More slices are to come.
        case partial
        /// The chunk is whole and to be stored.
        case whole
        /// The slice was here already, or its chunk is not awaited; it is of no use.
        case duplicate
    }

    /// A slice of an arriving chunk came from a parent and was verified.
    public mutating func arrive(chunk index: Int, slice: Int, from peer: PeerID, now: Instant) -> Arrival {
        let count = bytes(of: index, slice: slice)
        heard(from: peer, bytes: count, now: now)
        guard var chunk = arriving[index], !chunk.received.contains(slice) else { return .duplicate }
        chunk.received.insert(slice)
        chunk.bytes += count
        wakeChildren()
        guard chunk.isWhole else {
            arriving[index] = chunk
            return .partial
        }
        arriving[index] = nil
        held[index] = true
        unstoredBytes += lengths[index]
        return .whole
    }

    /// What is not whole will not become so: children that were being sent it get it later.
    mutating func dropArriving() {
        guard !arriving.isEmpty else { return }
        let lost = arriving
        arriving = [:]
        for slot in children.indices where children[slot] != nil {
            for index in lost.keys.sorted() { children[slot]!.lost(arriving: index) }
        }
    }

    // MARK: The store

    /// Whole chunks are durable.
    public mutating func stored(bytes: Int) { unstoredBytes -= bytes }

    /// Whole chunks could not be stored, and what waits behind them is given up: they are not held.
    public mutating func storingFailed(_ indices: some Sequence<Int>) {
        for index in indices { held[index] = false }
        unstoredBytes = 0
    }

    /// A chunk turned out not to be in the store after all.
    public mutating func lose(_ index: Int) { held[index] = false }
}
