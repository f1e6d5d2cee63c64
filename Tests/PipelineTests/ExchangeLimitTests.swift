import Basics
import Pipeline
import Testing

/// What an exchange does not do: send or take more than it may, and hold children for nothing.
@Suite struct ExchangeLimitTests {
    private static let slice = FormatLimits.sliceBytes
    private static let chunk = FormatLimits.chunkBytes

    /// Chunks of sixteen slices.
    private static func exchange(chunks: Int, full: Bool) -> Exchange {
        Exchange(lengths: [Int](repeating: chunk, count: chunks), held: Bitmap(count: chunks, filled: full))
    }

    @Test("a child gets what it allows, to the slice, and goes on when it allows more")
    func creditLimitsBytes() throws {
        var exchange = Self.exchange(chunks: 200, full: true)
        let child = try exchange.newChild(.all(200), credit: 3 * Self.slice + 1)
        #expect(exchange.drainBytes(child) == 4 * Self.slice)
        exchange.addCredit(Self.slice, for: child)
        #expect(exchange.drainBytes(child) == Self.slice)
        // A child that gives more than twice the usual is believed that much and no more.
        exchange.addCredit(.max / 2, for: child)
        #expect(exchange.drainBytes(child) <= 2 * PipelineLimits.creditBytes + Self.slice)
        #expect(exchange.drainBytes(child) == 0)
        let none = try exchange.newChild(.all(200), credit: 0)
        #expect(exchange.drainBytes(none) == 0)
        exchange.removeChild(none)
        exchange.addCredit(Self.slice, for: none)
        #expect(exchange.drainBytes(none) == 0)
    }

    @Test("credit goes back in steps for what came, and not while much waits for the store")
    func creditIsGivenInSteps() {
        var outputs: [Exchange.Output] = []
        var exchange = Self.exchange(chunks: 200, full: false)
        exchange.receive(FetchPlan(from: [peer(9)]), now: .origin, into: &outputs)
        #expect(outputs == [.ask(peer(9))])
        #expect(exchange.firstCredit() == PipelineLimits.creditBytes)
        #expect(exchange.takeCredit(for: peer(9)) == nil)
        #expect(exchange.receive(0) == .taken)
        #expect(exchange.takeCredit(for: peer(9)) == Self.chunk)
        #expect(exchange.takeCredit(for: peer(9)) == nil)
        var index = 1
        while exchange.unstoredBytes <= PipelineLimits.storingBytes {
            #expect(exchange.receive(index) == .taken)
            index += 1
        }
        #expect(exchange.takeCredit(for: peer(9)) == nil)
        exchange.stored(bytes: Self.chunk)
        #expect(exchange.takeCredit(for: peer(9)) == (index - 1) * Self.chunk)
    }

    @Test("parents that send more than can be kept overrun")
    func aParentOverruns() {
        let fitting = PipelineLimits.unstoredBytes / Self.chunk
        var exchange = Self.exchange(chunks: fitting + 1, full: false)
        for index in 0..<fitting { #expect(exchange.receive(index) == .taken) }
        #expect(exchange.receive(fitting) == .overrun)
        #expect(exchange.arriving.isEmpty)
        exchange.stored(bytes: Self.chunk)
        #expect(exchange.receive(fitting) == .taken)
        // Nor may they begin any number of chunks.
        var other = Self.exchange(chunks: PipelineLimits.arrivingChunks + 1, full: false)
        for index in 0..<PipelineLimits.arrivingChunks { #expect(other.begin(chunk: index) == .taken) }
        #expect(other.begin(chunk: PipelineLimits.arrivingChunks) == .overrun)
    }

    @Test("a parent that gets nothing more itself sends a starved child away, and not too early")
    func aStarvedParentRefuses() throws {
        var exchange = Self.exchange(chunks: 4, full: false)
        let child = try exchange.newChild(.all(4), credit: 1 << 20)
        #expect(exchange.drain(child).isEmpty)
        for _ in 1..<PipelineLimits.idleFeedTicks { #expect(exchange.tick(child, isWritable: true) == .progress) }
        // A full socket, or a slice that went out, begins the count anew.
        #expect(exchange.tick(child, isWritable: false) == .progress)
        for _ in 1..<PipelineLimits.idleFeedTicks { #expect(exchange.tick(child, isWritable: true) == .progress) }
        _ = exchange.receive(2)
        #expect(exchange.drainBytes(child) == Self.chunk)
        #expect(exchange.tick(child, isWritable: true) == .nothing)
        for _ in 1..<PipelineLimits.idleFeedTicks { #expect(exchange.tick(child, isWritable: true) == .progress) }
        #expect(exchange.tick(child, isWritable: true) == .refuse)
        #expect(exchange.childCount == 0)
        #expect(exchange.tick(child, isWritable: true) == .nothing)
    }

    @Test("a parent that still receives keeps its children, and so does one whose child has all or allows nothing")
    func aParentKeepsItsChildren() throws {
        var outputs: [Exchange.Output] = []
        var receiving = Self.exchange(chunks: 4, full: false)
        receiving.receive(FetchPlan(from: [peer(9)]), now: .origin, into: &outputs)
        #expect(outputs == [.ask(peer(9))] && receiving.isReceiving && receiving.parents == [peer(9)])
        let starved = try receiving.newChild(.all(4), credit: 1 << 20)
        var idle = Self.exchange(chunks: 4, full: false)
        let satisfied = try idle.newChild(Want(chunks: Bitmap(count: 4)), credit: 1 << 20)
        let closed = try idle.newChild(.all(4), credit: 0)
        #expect(receiving.drain(starved).isEmpty && idle.drain(satisfied).isEmpty && idle.drain(closed).isEmpty)
        for _ in 0..<3 * PipelineLimits.idleFeedTicks {
            #expect(receiving.tick(starved, isWritable: true) == .progress)
            #expect(idle.tick(satisfied, isWritable: true) == .progress)
            #expect(idle.tick(closed, isWritable: true) == .progress)
        }
        receiving.stopReceiving()
        #expect(!receiving.isReceiving && receiving.nextDeadline == .never)
        // What it has given up will not come, so nobody needs to wait for it.
        #expect(receiving.tick(starved, isWritable: true) == .refuse)
    }

    @Test("there are so many children and no more, and a number is free again after its child")
    func tooManyChildren() {
        var exchange = Self.exchange(chunks: 4, full: true)
        for number in 0..<PipelineLimits.children { #expect(exchange.addChild(.all(4), credit: 1) == number) }
        #expect(exchange.addChild(.all(4), credit: 1) == nil)
        exchange.removeChild(7)
        #expect(exchange.childCount == PipelineLimits.children - 1)
        #expect(exchange.addChild(.all(5), credit: 1) == nil)
        #expect(exchange.addChild(.all(4), credit: 1) == 7)
    }

    @Test("a held chunk that turns out to be lost is taken back, and sent when it is here again")
    func aChunkIsLost() throws {
        var exchange = Self.exchange(chunks: 2, full: true)
        let child = try exchange.newChild(.all(2), credit: 1 << 20)
        #expect(exchange.next { _ in true }?.send == .load(index: 0))
        #expect(exchange.next { _ in true }?.send == .load(index: 1))
        exchange.lose(0)
        exchange.loaded(0, for: child, isGood: false)
        exchange.loaded(1, for: child, isGood: true)
        #expect(exchange.drainBytes(child) == Self.chunk)
        #expect(exchange.next { _ in true } == nil)
        #expect(exchange.receive(0) == .taken)
        #expect(exchange.drainBytes(child) == Self.chunk)
    }

    @Test("what could not be stored is not held")
    func storingFails() {
        var exchange = Self.exchange(chunks: 6, full: false)
        for index in 0..<5 { _ = exchange.receive(index) }
        exchange.stored(bytes: 2 * Self.chunk)
        exchange.storingFailed(2..<5)
        #expect(exchange.unstoredBytes == 0)
        #expect(exchange.held.population == 2)
    }
}
