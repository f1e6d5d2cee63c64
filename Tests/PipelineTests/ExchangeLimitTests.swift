import Basics
import Pipeline
import Testing

/// What an exchange does not do: send or take more than it may, and hold children for nothing.
@Suite struct ExchangeLimitTests {
    private static let slice = FormatLimits.sliceBytes
    private static let chunk = FormatLimits.chunkBytes

    /// Chunks of sixteen slices.
    private static func exchange(chunks: Int, full: Bool) -> Exchange {
        Exchange(
            lengths: [Int](repeating: chunk, count: chunks), held: Bitmap(count: chunks, filled: full))
    }

    /// Bytes of all that can be sent now.
    private static func drain(_ exchange: inout Exchange, _ child: Exchange.ChildID) -> Int {
        var bytes = 0
        while let next = exchange.nextSend(to: child) {
            switch next {
            case .load(let index): exchange.loaded(index, for: child, isGood: true)
            case .slice(_, _, let count): bytes += count
            case .announce: break
            }
        }
        return bytes
    }

    private static func receive(_ exchange: inout Exchange, _ index: Int) -> Exchange.Beginning {
        var outputs: [ParentChoice.Output] = []
        let beginning = exchange.begin(chunk: index)
        guard case .taken = beginning else { return beginning }
        for _ in 0..<exchange.slices(of: index) { _ = exchange.arrive(from: peer(9), now: .origin, into: &outputs) }
        return beginning
    }

    @Test("a child gets what it allows, to the slice, and goes on when it allows more")
    func creditLimitsBytes() throws {
        var exchange = Self.exchange(chunks: 200, full: true)
        let lacking = Bitmap(count: 200, filled: true)
        let child = try exchange.newChild(lacking: lacking, credit: 3 * Self.slice + 1)
        #expect(Self.drain(&exchange, child) == 4 * Self.slice)
        exchange.addCredit(Self.slice, for: child)
        #expect(Self.drain(&exchange, child) == Self.slice)
        // A child that gives more than twice the usual is believed that much and no more.
        exchange.addCredit(.max / 2, for: child)
        #expect(Self.drain(&exchange, child) <= 2 * PipelineLimits.creditBytes + Self.slice)
        #expect(Self.drain(&exchange, child) == 0)
        let none = try exchange.newChild(lacking: lacking, credit: 0)
        #expect(Self.drain(&exchange, none) == 0)
        exchange.removeChild(none)
        exchange.addCredit(Self.slice, for: none)
        #expect(exchange.nextSend(to: none) == nil)
    }

    @Test("credit is given when bytes are stored, in steps")
    func creditIsGivenInSteps() {
        var exchange = Self.exchange(chunks: 200, full: false)
        #expect(exchange.takeFirstCredit() == PipelineLimits.creditBytes)
        for index in 0..<8 { #expect(Self.receive(&exchange, index) == .taken(wasted: 0)) }
        #expect(exchange.unstoredBytes == 8 * Self.chunk)
        #expect(exchange.takeCredit() == nil)
        for _ in 0..<3 { exchange.stored(bytes: Self.chunk) }
        #expect(exchange.takeCredit() == nil)
        exchange.stored(bytes: Self.chunk)
        #expect(exchange.takeCredit() == PipelineLimits.creditStepBytes)
        #expect(exchange.takeCredit() == nil)
        // A new parent may send what is left of the usual.
        #expect(exchange.takeFirstCredit() == PipelineLimits.creditBytes - 4 * Self.chunk)
        for index in 8..<100 { _ = Self.receive(&exchange, index) }
        #expect(exchange.takeFirstCredit() == PipelineLimits.creditStepBytes)
    }

    @Test("a parent that sends more than can be stored overruns")
    func aParentOverruns() {
        let fitting = PipelineLimits.unstoredBytes / Self.chunk
        var exchange = Self.exchange(chunks: fitting + 1, full: false)
        for index in 0..<fitting { #expect(Self.receive(&exchange, index) == .taken(wasted: 0)) }
        #expect(Self.receive(&exchange, fitting) == .overrun)
        #expect(exchange.arriving == nil)
        exchange.stored(bytes: Self.chunk)
        #expect(Self.receive(&exchange, fitting) == .taken(wasted: 0))
    }

    @Test("a parent that gets nothing more itself sends a starved child away, and not too early")
    func aStarvedParentRefuses() throws {
        var exchange = Self.exchange(chunks: 4, full: false)
        let child = try exchange.newChild(lacking: Bitmap(count: 4, filled: true), credit: 1 << 20)
        for _ in 1..<PipelineLimits.idleFeedTicks { #expect(exchange.tick(child, isWritable: true) == .progress) }
        // A full socket, or a slice that went out, begins the count anew.
        #expect(exchange.tick(child, isWritable: false) == .progress)
        for _ in 1..<PipelineLimits.idleFeedTicks { #expect(exchange.tick(child, isWritable: true) == .progress) }
        _ = Self.receive(&exchange, 2)
        #expect(Self.drain(&exchange, child) == Self.chunk)
        #expect(exchange.tick(child, isWritable: true) == .nothing)
        for _ in 1..<PipelineLimits.idleFeedTicks { #expect(exchange.tick(child, isWritable: true) == .progress) }
        #expect(exchange.tick(child, isWritable: true) == .refuse)
        #expect(exchange.childCount == 0)
        #expect(exchange.tick(child, isWritable: true) == .nothing)
    }

    @Test("a parent that still receives keeps its children, and so does one whose child has all or allows nothing")
    func aParentKeepsItsChildren() throws {
        var outputs: [ParentChoice.Output] = []
        var receiving = Self.exchange(chunks: 4, full: false)
        receiving.receive(from: [peer(9)], now: .origin, into: &outputs)
        #expect(outputs == [.subscribe(peer(9))] && receiving.isReceiving && receiving.parent == peer(9))
        let lacking = Bitmap(count: 4, filled: true)
        let starved = try receiving.newChild(lacking: lacking, credit: 1 << 20)
        var idle = Self.exchange(chunks: 4, full: false)
        let satisfied = try idle.newChild(lacking: Bitmap(count: 4), credit: 1 << 20)
        let closed = try idle.newChild(lacking: lacking, credit: 0)
        for _ in 0..<3 * PipelineLimits.idleFeedTicks {
            #expect(receiving.tick(starved, isWritable: true) == .progress)
            #expect(idle.tick(satisfied, isWritable: true) == .progress)
            #expect(idle.tick(closed, isWritable: true) == .progress)
        }
        receiving.stopReceiving()
        #expect(!receiving.isReceiving && receiving.nextDeadline == .never)
        for _ in 1..<PipelineLimits.idleFeedTicks { #expect(receiving.tick(starved, isWritable: true) == .progress) }
        #expect(receiving.tick(starved, isWritable: true) == .refuse)
    }

    @Test("there are so many children and no more, and a number is free again after its child")
    func tooManyChildren() {
        var exchange = Self.exchange(chunks: 4, full: true)
        let lacking = Bitmap(count: 4, filled: true)
        for number in 0..<PipelineLimits.children {
            #expect(exchange.addChild(lacking: lacking, credit: 1) == number)
        }
        #expect(exchange.addChild(lacking: lacking, credit: 1) == nil)
        exchange.removeChild(7)
        #expect(exchange.childCount == PipelineLimits.children - 1)
        #expect(exchange.addChild(lacking: Bitmap(count: 5), credit: 1) == nil)
        #expect(exchange.addChild(lacking: lacking, credit: 1) == 7)
    }

    @Test("a held chunk that turns out to be lost is taken back, and sent when it is here again")
    func aChunkIsLost() throws {
        var exchange = Self.exchange(chunks: 2, full: true)
        let child = try exchange.newChild(lacking: Bitmap(count: 2, filled: true), credit: 1 << 20)
        #expect(exchange.nextSend(to: child) == .load(index: 0))
        #expect(exchange.nextSend(to: child) == .load(index: 1))
        exchange.lose(0)
        exchange.loaded(0, for: child, isGood: false)
        exchange.loaded(1, for: child, isGood: true)
        #expect(exchange.lacking.population == 1)
        #expect(Self.drain(&exchange, child) == Self.chunk)
        #expect(exchange.nextSend(to: child) == nil)
        #expect(Self.receive(&exchange, 0) == .taken(wasted: 0))
        #expect(Self.drain(&exchange, child) == Self.chunk)
    }

    @Test("what could not be stored is not held")
    func storingFails() {
        var exchange = Self.exchange(chunks: 6, full: false)
        for index in 0..<5 { _ = Self.receive(&exchange, index) }
        exchange.stored(bytes: 2 * Self.chunk)
        exchange.storingFailed(2..<5)
        #expect(exchange.unstoredBytes == 0)
        #expect(exchange.held.population == 2 && exchange.lacking.population == 4)
    }
}
