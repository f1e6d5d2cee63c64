public import Basics

/// One image at one peer: what it holds, what is arriving, whom it asks, and what each child gets next. A pure machine.
///
/// Bytes are the shell's. It verifies a slice before it tells this machine, asks ``nextSend(to:)`` as long as a child's
/// socket takes more, and says when chunks are stored. The same machine runs in the daemon and in the simulator.
public struct Exchange: Sendable {
    /// Stored bytes of each distinct chunk of the image.
    public let lengths: [Int]
    /// Bytes of a slice; the last of a chunk may be smaller.
    public let sliceBytes: Int
    /// Distinct chunks that can be served: in the store, or verified and on their way into it.
    public private(set) var held: Bitmap
    /// The chunk that the parent is sending.
    public private(set) var arriving: ArrivingChunk?
    /// Verified bytes that the store does not have yet.
    public private(set) var unstoredBytes = 0
    var children: [ChildFeed?] = []
    private var choice: ParentChoice?
    /// Bytes that the parent may be allowed again, and has not been told of.
    private var uncredited = 0

    public init(lengths: [Int], held: Bitmap, sliceBytes: Int = FormatLimits.sliceBytes) {
        precondition(lengths.count == held.count, "each chunk has a length")
        self.lengths = lengths
        self.held = held
        self.sliceBytes = sliceBytes
    }

    public var isReceiving: Bool { choice != nil }
    public var parent: PeerID? { choice?.parent }

    /// How many slices a chunk has.
    public func slices(of index: Int) -> Int { (lengths[index] + sliceBytes - 1) / sliceBytes }

    /// The bytes of one slice.
    public func bytes(of index: Int, slice: Int) -> Int { min(sliceBytes, lengths[index] - slice * sliceBytes) }

    // MARK: Whom to ask

    /// When `handle(.timer, …)` is due while the image is fetched.
    public var nextDeadline: Instant { choice?.nextDeadline ?? .never }

    /// Begins to fetch what is lacking.
    public mutating func receive(
        from candidates: [PeerID], now: Instant, into outputs: inout [ParentChoice.Output]
    ) {
        uncredited = 0
        choice = ParentChoice(now: now)
        choice?.handle(.candidates(candidates), now: now, into: &outputs)
    }

    /// Ends the fetch, whole or not; what came is kept.
    public mutating func stopReceiving() {
        choice = nil
    }

    /// Tells the choice of a parent what happened; without effect when nothing is fetched.
    public mutating func handle(
        _ input: ParentChoice.Input, now: Instant, into outputs: inout [ParentChoice.Output]
    ) {
        choice?.handle(input, now: now, into: &outputs)
    }

    /// What a new subscription asks for.
    public var lacking: Bitmap { Bitmap(count: held.count, filled: true).subtracting(held) }

    /// The credit of a new subscription, which replaces what was given before; what is still unstored gives its own back
    /// when it is stored.
    public mutating func takeFirstCredit() -> Int {
        uncredited = 0
        return max(PipelineLimits.creditStepBytes, PipelineLimits.creditBytes - unstoredBytes)
    }

    /// Bytes to allow the parent now, or nil: credit goes out in steps.
    public mutating func takeCredit() -> Int? {
        guard uncredited >= PipelineLimits.creditStepBytes else { return nil }
        defer { uncredited = 0 }
        return uncredited
    }

    // MARK: What arrives

    /// What came of the header of a chunk.
    public enum Beginning: Hashable, Sendable {
        /// Its slices may come. `wasted` bytes of the chunk before it, which was given up half way, are void.
        case taken(wasted: Int)
        /// The parent sends more than it was allowed.
        case overrun
    }

    /// The parent begins a chunk; the shell has checked its header.
    public mutating func begin(chunk index: Int) -> Beginning {
        guard unstoredBytes + lengths[index] <= PipelineLimits.unstoredBytes else { return .overrun }
        let wasted = dropArriving()
        uncredited += wasted
        arriving = ArrivingChunk(index: index, slices: slices(of: index))
        return .taken(wasted: wasted)
    }

    /// What came of a slice.
    public enum Arrival: Hashable, Sendable {
        /// More slices are to come.
        case partial
        /// The chunk is whole and to be stored.
        case whole(Int)
        /// The chunk is whole and was held already; it is of no use.
        case duplicate(Int)
    }

    /// The next slice of the arriving chunk came from the parent and was verified.
    public mutating func arrive(
        from peer: PeerID, now: Instant, into outputs: inout [ParentChoice.Output]
    ) -> Arrival {
        guard var chunk = arriving else { return .partial }
        choice?.handle(.received(peer), now: now, into: &outputs)
        chunk.received += 1
        chunk.bytes += bytes(of: chunk.index, slice: chunk.received - 1)
        guard chunk.received == chunk.slices else {
            arriving = chunk
            return .partial
        }
        arriving = nil
        for slot in children.indices { children[slot]?.becameWhole(chunk.index, slices: chunk.slices) }
        guard !held[chunk.index] else {
            uncredited += chunk.bytes
            return .duplicate(chunk.index)
        }
        held[chunk.index] = true
        unstoredBytes += chunk.bytes
        return .whole(chunk.index)
    }

    /// The rest of the arriving chunk will not come: children that were being sent it get it whole later.
    ///
    /// - Returns: the bytes of it that came in vain.
    public mutating func dropArriving() -> Int {
        guard let chunk = arriving else { return 0 }
        arriving = nil
        for slot in children.indices { children[slot]?.lost(arriving: chunk.index) }
        return chunk.bytes
    }

    // MARK: The store

    /// Whole chunks are durable.
    public mutating func stored(bytes: Int) {
        unstoredBytes -= bytes
        uncredited += bytes
    }

    /// Whole chunks could not be stored, and what waits behind them is given up: they are not held.
    public mutating func storingFailed(_ indices: some Sequence<Int>) {
        for index in indices { held[index] = false }
        unstoredBytes = 0
    }

    /// A chunk turned out not to be in the store after all.
    public mutating func lose(_ index: Int) { held[index] = false }
}
