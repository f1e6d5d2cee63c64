import Basics

/// One child's subscription at its parent: what it wants, how much it may get, and what is half sent.
struct ChildFeed: Sendable {
    /// A chunk that was announced to the child.
    struct Open: Sendable {
        let index: Int
        /// Slices that are still to go out.
        var left: SliceSet
        /// How many went out: of several chunks the one with the fewest goes on, so that they advance together.
        var sent = 0
    }

    /// A chunk that was asked of the store or has come from it.
    struct Loading: Sendable {
        let index: Int
        let slices: SliceSet
        var isReady: Bool
    }

    /// Chunks that have not been opened.
    private(set) var lacking: Bitmap
    /// The same, where only some slices are wanted.
    private(set) var parts: [Int: SliceSet]
    private(set) var lanes: Int
    private(set) var rate: Int
    /// Chunks of which everything wanted went out, and parts of those.
    private var given: Bitmap
    private var givenParts: [Int: SliceSet] = [:]
    /// Bytes of slices that the child still allows.
    var credit: Int
    var open: [Open] = []
    /// In sending order; at most ``PipelineLimits/readAheadChunks``.
    var loading: [Loading] = []
    /// True when something went out since the last tick.
    var sentSinceTick = false
    /// Ticks in a row in which nothing went out.
    var stillTicks = 0
    /// Ticks in a row in which nothing that the child lacks was at hand.
    var idleTicks = 0
    /// The last look found nothing to send.
    var isIdle = false {
        didSet { if isIdle { wasIdle = true } }
    }
    /// It had nothing to get since something last went out.
    private var wasIdle = true
    /// Nanoseconds that what it got would have taken at its rate, counted from when the first of all children began; a
    /// child that had nothing to get for a while begins where the others are.
    private(set) var spent = 0
    /// Ticks for which it is not waited for, and how often that was so since it last had everything that was there.
    private(set) var behind = 0
    private var timesBehind = 0

    /// It is not served further ahead of others than so many slices.
    private static let leadSlices = 8

    init(_ want: Want, credit: Int) {
        lacking = want.chunks
        parts = Dictionary(want.parts.map { ($0.chunk, $0.slices) }) { $1 }
        lanes = want.lanes
        rate = max(1, want.rate)
        given = Bitmap(count: want.chunks.count)
        self.credit = credit
    }

    /// Everything that the child waits for is on its way.
    var isSatisfied: Bool { lacking.isEmpty && parts.isEmpty && open.isEmpty && loading.isEmpty }

    /// It gets what is left when all others have what they want.
    var isSpare: Bool { rate <= Want.spareRate }

    /// It lacks something, and the plan has a rate for it.
    var isOwed: Bool { !isSpare && !isSatisfied }

    /// Something may be there for it, as far as is known.
    var isWaiting: Bool { !isIdle && credit > 0 && !isSatisfied }

    /// A slice goes out to it.
    ///
    /// - Returns: where it was before.
    mutating func spend(_ bytes: Int, from clock: Int) -> Int {
        guard !isSpare else {
            // What is left over is nobody's share: such children take turns among themselves.
            spent += bytes
            return 0
        }
        let start = wasIdle ? max(spent, clock) : spent
        if wasIdle { timesBehind = 0 }
        wasIdle = false
        spent = start + nanoseconds(bytes)
        return start
    }

    /// Nanoseconds that it may be ahead of others.
    func lead(sliceBytes: Int) -> Int { Self.leadSlices * nanoseconds(sliceBytes) }

    /// What bytes take at its rate.
    func nanoseconds(_ bytes: Int) -> Int { bytes * 1_000_000_000 / rate }

    /// It held others back for too long: its own link is slow, or it has stopped.
    mutating func fallBehind() {
        behind = PipelineLimits.laggardTicks << timesBehind
        timesBehind = min(timesBehind + 1, PipelineLimits.laggardDoublings)
    }

    mutating func tickBehind() { behind = max(0, behind - 1) }

    /// True when the child waits for something that is not here.
    var isStarved: Bool { credit > 0 && !isSatisfied && isIdle }

    /// Another want replaces this one. What went out already is on its way and does not go out again.
    mutating func replace(_ want: Want, _ sizes: ChunkSizes) {
        lacking = want.chunks.subtracting(given)
        parts = [:]
        for part in want.parts where !given[part.chunk] {
            let left = part.slices.subtracting(givenParts[part.chunk] ?? .none)
            if !left.isEmpty { parts[part.chunk] = left }
        }
        for (chunk, sent) in givenParts where lacking[chunk] {
            lacking[chunk] = false
            let left = SliceSet(first: sizes.slices(of: chunk)).subtracting(sent)
            if !left.isEmpty { parts[chunk] = left }
        }
        lanes = want.lanes
        if isSpare, want.rate > Want.spareRate {
            spent = 0
            wasIdle = true
        }
        rate = max(1, want.rate)
        isIdle = false
        // What is open or being read goes on with what is still wanted of it.
        open = open.compactMap { chunk in
            var chunk = chunk
            guard let wanted = take(chunk.index, sizes) else { return nil }
            chunk.left = wanted
            return chunk
        }
        loading = loading.compactMap { chunk in
            guard let wanted = take(chunk.index, sizes) else { return nil }
            return Loading(index: chunk.index, slices: wanted, isReady: chunk.isReady)
        }
    }

    /// Takes a chunk out of what has not been opened; nil when it is not wanted.
    mutating func take(_ index: Int, _ sizes: ChunkSizes) -> SliceSet? {
        if lacking[index] {
            lacking[index] = false
            return SliceSet(first: sizes.slices(of: index))
        }
        return parts.removeValue(forKey: index)
    }

    /// The lowest chunk that is wanted and held.
    @inline(__always)
    func nextHeld(_ held: Bitmap) -> Int? {
        let part = parts.keys.lazy.filter { held[$0] }.min()
        guard let whole = lacking.nextCommon(with: held) else { return part }
        return min(whole, part ?? whole)
    }

    /// The lowest chunk that is wanted and of which some slice is here: headers do not go out ahead of all slices.
    @inline(__always)
    func nextArriving(_ arriving: [Int: ArrivingChunk]) -> Int? {
        var lowest: Int?
        for (index, chunk) in arriving where index < lowest ?? .max && !chunk.received.isEmpty && wants(index) {
            lowest = index
        }
        return lowest
    }

    /// It lacks the chunk, or slices of it, and none of those is on its way.
    func wants(_ index: Int) -> Bool { lacking[index] || parts[index] != nil }

    /// A slice of an open chunk went out.
    mutating func sent(slice: Int, at place: Int, of slices: Int) {
        open[place].left.remove(slice)
        open[place].sent += 1
        sentSinceTick = true
        let index = open[place].index
        var sent = givenParts[index] ?? .none
        sent.insert(slice)
        if sent.count == slices {
            given[index] = true
            givenParts[index] = nil
        } else {
            givenParts[index] = sent
        }
        if open[place].left.isEmpty { open.remove(at: place) }
    }

    /// What is left of a chunk will not come for now.
    mutating func lost(arriving index: Int) {
        guard let place = open.firstIndex(where: { $0.index == index }) else { return }
        restore(index, open.remove(at: place).left)
    }

    /// Takes back what could not be sent after all.
    mutating func restore(_ index: Int, _ slices: SliceSet) { parts[index] = slices }
}
