import Basics
import Pipeline
import Testing

/// What one exchange does for its children and with its parent.
@Suite struct ExchangeTests {
    /// Chunks of three slices, the last of them half.
    private static let length = 40_960
    private static let sliceBytes = [16_384, 16_384, 8_192]

    private static func exchange(chunks: Int, holding: [Int] = []) -> Exchange {
        var held = Bitmap(count: chunks)
        for index in holding { held[index] = true }
        return Exchange(lengths: [Int](repeating: length, count: chunks), held: held)
    }

    private static func all(_ count: Int) -> Bitmap { Bitmap(count: count, filled: true) }

    /// Everything that can be sent now; what is asked of the store is there at once.
    private static func drain(_ exchange: inout Exchange, _ child: Exchange.ChildID) -> [Exchange.Send] {
        var sent: [Exchange.Send] = []
        while let next = exchange.nextSend(to: child) {
            if case .load(let index) = next {
                exchange.loaded(index, for: child, isGood: true)
            } else {
                sent.append(next)
            }
        }
        return sent
    }

    /// A chunk's header and slices as a child gets them.
    private static func whole(_ index: Int) -> [Exchange.Send] {
        [.announce(index: index)] + slices(index, 0..<3)
    }

    private static func slices(_ index: Int, _ range: Range<Int>) -> [Exchange.Send] {
        range.map { .slice(index: index, slice: $0, bytes: sliceBytes[$0]) }
    }

    private static func arrive(_ exchange: inout Exchange) -> Exchange.Arrival {
        var outputs: [ParentChoice.Output] = []
        return exchange.arrive(from: peer(9), now: .origin, into: &outputs)
    }

    @Test("held chunks go out lowest first, each once for each child")
    func heldChunksGoOutInOrder() throws {
        var exchange = Self.exchange(chunks: 8, holding: [6, 1, 3])
        let first = try exchange.newChild(lacking: Self.all(8), credit: 1 << 20)
        var some = Self.all(8)
        some[3] = false
        let second = try exchange.newChild(lacking: some, credit: 1 << 20)
        #expect(Self.drain(&exchange, first) == [1, 3, 6].flatMap(Self.whole))
        #expect(Self.drain(&exchange, second) == [1, 6].flatMap(Self.whole))
        #expect(Self.drain(&exchange, first) == [])
        // A child that comes again and lacks everything gets everything again.
        exchange.removeChild(first)
        let again = try exchange.newChild(lacking: Self.all(8), credit: 1 << 20)
        #expect(Self.drain(&exchange, again) == [1, 3, 6].flatMap(Self.whole))
    }

    @Test("the store is asked for a few chunks ahead, and their order stays whoever answers first")
    func theStoreIsAskedAhead() throws {
        var exchange = Self.exchange(chunks: 8, holding: Array(0..<8))
        let child = try exchange.newChild(lacking: Self.all(8), credit: 1 << 20)
        for index in 0..<PipelineLimits.readAheadChunks {
            #expect(exchange.nextSend(to: child) == .load(index: index))
        }
        #expect(exchange.nextSend(to: child) == nil)
        exchange.loaded(1, for: child, isGood: true)
        #expect(exchange.nextSend(to: child) == nil)
        exchange.loaded(0, for: child, isGood: true)
        #expect(exchange.nextSend(to: child) == .announce(index: 0))
        #expect(exchange.current(of: child) == 0)
        #expect(exchange.nextSend(to: child) == .slice(index: 0, slice: 0, bytes: 16_384))
    }

    @Test("an arriving chunk goes out slice by slice, and goes on when it is whole")
    func anArrivingChunkPassesThrough() throws {
        var exchange = Self.exchange(chunks: 4)
        let near = try exchange.newChild(lacking: Self.all(4), credit: 1 << 20)
        #expect(Self.drain(&exchange, near) == [])
        #expect(exchange.begin(chunk: 2) == .taken(wasted: 0))
        #expect(Self.drain(&exchange, near) == [.announce(index: 2)])
        #expect(Self.arrive(&exchange) == .partial)
        #expect(exchange.arriving?.received == 1)
        #expect(Self.drain(&exchange, near) == Self.slices(2, 0..<1))
        // One that comes in the middle gets what is there, and then what comes.
        let far = try exchange.newChild(lacking: Self.all(4), credit: 1 << 20)
        #expect(Self.drain(&exchange, far) == [.announce(index: 2)] + Self.slices(2, 0..<1))
        #expect(Self.arrive(&exchange) == .partial)
        #expect(Self.drain(&exchange, near) == Self.slices(2, 1..<2))
        #expect(Self.arrive(&exchange) == .whole(2))
        #expect(exchange.held[2])
        #expect(exchange.arriving == nil)
        // The next chunk may come before the rest of this one went out.
        #expect(exchange.begin(chunk: 0) == .taken(wasted: 0))
        #expect(exchange.current(of: far) == 2)
        #expect(Self.drain(&exchange, far) == Self.slices(2, 1..<3) + [.announce(index: 0)])
        #expect(Self.drain(&exchange, near) == Self.slices(2, 2..<3) + [.announce(index: 0)])
    }

    @Test("a chunk that is given up half way counts as wasted, and children get it whole later")
    func aChunkIsGivenUp() throws {
        var exchange = Self.exchange(chunks: 4)
        let child = try exchange.newChild(lacking: Self.all(4), credit: 1 << 20)
        _ = exchange.begin(chunk: 1)
        _ = Self.arrive(&exchange)
        #expect(Self.drain(&exchange, child) == [.announce(index: 1)] + Self.slices(1, 0..<1))
        // The parent begins another one.
        #expect(exchange.begin(chunk: 3) == .taken(wasted: 16_384))
        _ = Self.arrive(&exchange)
        _ = Self.arrive(&exchange)
        #expect(Self.drain(&exchange, child) == [.announce(index: 3)] + Self.slices(3, 0..<2))
        // The parent is gone.
        #expect(exchange.dropArriving() == 32_768)
        #expect(exchange.dropArriving() == 0)
        #expect(!exchange.held[1] && !exchange.held[3])
        for index in [3, 1] {
            _ = exchange.begin(chunk: index)
            for _ in 0..<3 { _ = Self.arrive(&exchange) }
        }
        #expect(Self.drain(&exchange, child) == [1, 3].flatMap(Self.whole))
    }

    @Test("a chunk that comes although it is held is a duplicate, and its bytes are allowed again")
    func aChunkComesTwice() {
        var exchange = Self.exchange(chunks: 40, holding: Array(0..<40))
        var credit = 0
        for index in 0..<26 {
            _ = exchange.begin(chunk: index)
            _ = Self.arrive(&exchange)
            _ = Self.arrive(&exchange)
            #expect(Self.arrive(&exchange) == .duplicate(index))
            credit += exchange.takeCredit() ?? 0
        }
        #expect(exchange.unstoredBytes == 0)
        #expect(credit == 26 * Self.length)
    }

    @Test("slices without a chunk mean nothing")
    func slicesWithoutAChunk() {
        var exchange = Self.exchange(chunks: 2)
        #expect(Self.arrive(&exchange) == .partial)
        #expect(exchange.arriving == nil && exchange.held.isEmpty)
    }
}
