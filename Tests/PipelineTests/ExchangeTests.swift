import Basics
import Pipeline
import Testing

/// What one exchange does for its children.
@Suite struct ExchangeTests {
    /// Chunks of three slices, the last of them half.
    private static let length = 40_960
    private static let sliceBytes = [16_384, 16_384, 8_192]

    private static func exchange(chunks: Int, holding: [Int] = []) -> Exchange {
        var held = Bitmap(count: chunks)
        for index in holding { held[index] = true }
        return Exchange(lengths: [Int](repeating: length, count: chunks), held: held)
    }

    /// A chunk's header and slices as a child gets them.
    private static func whole(_ index: Int) -> [Exchange.Send] { [.announce(index: index)] + slices(index, [0, 1, 2]) }

    private static func slices(_ index: Int, _ numbers: [Int]) -> [Exchange.Send] {
        numbers.map { .slice(index: index, slice: $0, bytes: sliceBytes[$0]) }
    }

    private static func arrive(_ exchange: inout Exchange, _ index: Int, _ slice: Int) -> Exchange.Arrival {
        exchange.arrive(chunk: index, slice: slice, from: peer(9), now: .origin)
    }

    @Test("held chunks go out lowest first, each once for each child")
    func heldChunksGoOutInOrder() throws {
        var exchange = Self.exchange(chunks: 8, holding: [6, 1, 3])
        let first = try exchange.newChild(.all(8), credit: 1 << 20)
        #expect(exchange.drain(first) == [1, 3, 6].flatMap(Self.whole))
        var some = Bitmap(count: 8, filled: true)
        some[3] = false
        let second = try exchange.newChild(Want(chunks: some), credit: 1 << 20)
        #expect(exchange.drain(second) == [1, 6].flatMap(Self.whole))
        #expect(exchange.drain(first) == [])
        // A child that comes again and lacks everything gets everything again.
        exchange.removeChild(first)
        let again = try exchange.newChild(.all(8), credit: 1 << 20)
        #expect(exchange.drain(again) == [1, 3, 6].flatMap(Self.whole))
    }

    @Test("chunks of several lanes advance together")
    func lanesAdvanceTogether() throws {
        var exchange = Self.exchange(chunks: 4, holding: [0, 1, 2, 3])
        let child = try exchange.newChild(.all(4, lanes: 2), credit: 1 << 20)
        let sent = exchange.drain(child)
        #expect(sent[..<2] == [.announce(index: 0), .announce(index: 1)])
        let first: [Exchange.Send] = [(0, 0), (1, 0), (0, 1), (1, 1)].map {
            .slice(index: $0, slice: $1, bytes: 16_384)
        }
        #expect(Array(sent[2..<6]) == first)
        #expect(sent.count == 16)
    }

    @Test("of a chunk that is wanted in part only that part goes out")
    func partsGoOut() throws {
        var exchange = Self.exchange(chunks: 3, holding: [0, 1, 2])
        var chunks = Bitmap(count: 3)
        chunks[2] = true
        let want = Want(chunks: chunks, parts: [Want.Part(chunk: 1, slices: SliceSet(bits: 0b101))])
        let child = try exchange.newChild(want, credit: 1 << 20)
        #expect(exchange.drain(child) == [.announce(index: 1)] + Self.slices(1, [0, 2]) + Self.whole(2))
    }

    @Test("a want replaces the one before it, and what went out does not go out again")
    func wantsChange() throws {
        var exchange = Self.exchange(chunks: 4, holding: [0, 1, 2, 3])
        let child = try exchange.newChild(.all(4), credit: 16_384 + 40_960)
        #expect(exchange.drain(child) == Self.whole(0) + [.announce(index: 1)] + Self.slices(1, [0]))
        // The child does not know yet what is under way: it asks for all of it again, and for one chunk less.
        var chunks = Bitmap(count: 4, filled: true)
        chunks[2] = false
        let changed = exchange.change(child, to: Want(chunks: chunks))
        #expect(changed)
        exchange.addCredit(1 << 20, for: child)
        #expect(exchange.drain(child) == Self.slices(1, [1, 2]) + Self.whole(3))
        // What does not fit the image is refused.
        let fits = exchange.change(child, to: .all(5))
        #expect(!fits)
        let hasFit = exchange.change(
            child, to: Want(chunks: Bitmap(count: 4), parts: [Want.Part(chunk: 0, slices: SliceSet(bits: 0b1000))]))
        #expect(!hasFit)
    }

    @Test("the store is asked for a few chunks ahead, and their order stays whoever answers first")
    func theStoreIsAskedAhead() throws {
        var exchange = Self.exchange(chunks: 8, holding: Array(0..<8))
        let child = try exchange.newChild(.all(8), credit: 1 << 20)
        func next() -> Exchange.Send? { exchange.next { _ in true }?.send }
        for index in 0..<PipelineLimits.readAheadChunks { #expect(next() == .load(index: index)) }
        #expect(next() == nil)
        exchange.loaded(1, for: child, isGood: true)
        #expect(next() == nil)
        exchange.loaded(0, for: child, isGood: true)
        #expect(next() == .announce(index: 0))
        #expect(exchange.isOpen(0, for: child) && exchange.isLoading(1, for: child))
        #expect(next() == .slice(index: 0, slice: 0, bytes: 16_384))
    }

    @Test("an arriving chunk goes out slice by slice as they come, in any order, and goes on when it is whole")
    func anArrivingChunkPassesThrough() throws {
        var exchange = Self.exchange(chunks: 4)
        let near = try exchange.newChild(.all(4), credit: 1 << 20)
        #expect(exchange.drain(near) == [])
        #expect(exchange.begin(chunk: 2) == .taken)
        #expect(exchange.begin(chunk: 2) == .known)
        #expect(exchange.drain(near) == [])
        #expect(Self.arrive(&exchange, 2, 1) == .partial)
        #expect(exchange.drain(near) == [.announce(index: 2)] + Self.slices(2, [1]))
        // One that comes in the middle gets what is there, and then what comes.
        let far = try exchange.newChild(.all(4), credit: 1 << 20)
        #expect(exchange.drain(far) == [.announce(index: 2)] + Self.slices(2, [1]))
        #expect(Self.arrive(&exchange, 2, 1) == .duplicate)
        #expect(Self.arrive(&exchange, 2, 0) == .partial)
        #expect(exchange.drain(near) == Self.slices(2, [0]))
        #expect(Self.arrive(&exchange, 2, 2) == .whole)
        #expect(exchange.held[2] && exchange.arriving.isEmpty)
        #expect(exchange.begin(chunk: 2) == .useless)
        #expect(Self.arrive(&exchange, 2, 2) == .duplicate)
        // The next chunk may come before the rest of this one went out.
        #expect(exchange.begin(chunk: 0) == .taken)
        #expect(Self.arrive(&exchange, 0, 0) == .partial)
        #expect(exchange.isOpen(2, for: far))
        #expect(exchange.drain(far) == Self.slices(2, [0, 2]) + [.announce(index: 0)] + Self.slices(0, [0]))
    }

    @Test("a fetch that ends takes back what is not whole, and children get it later")
    func aFetchEnds() throws {
        var exchange = Self.exchange(chunks: 4)
        let child = try exchange.newChild(.all(4), credit: 1 << 20)
        _ = exchange.begin(chunk: 1)
        _ = Self.arrive(&exchange, 1, 0)
        #expect(exchange.drain(child) == [.announce(index: 1)] + Self.slices(1, [0]))
        exchange.stopReceiving()
        #expect(exchange.arriving.isEmpty && !exchange.held[1])
        #expect(exchange.receive(1) == .taken)
        #expect(exchange.drain(child) == [.announce(index: 1)] + Self.slices(1, [1, 2]))
    }
}
