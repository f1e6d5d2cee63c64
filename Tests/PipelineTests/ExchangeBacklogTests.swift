import Basics
import Pipeline
import Testing

/// What those who look on see of an exchange.
@Suite struct ExchangeBacklogTests {
    private static func exchange(chunks: Int, isFull: Bool) -> Exchange {
        Exchange(lengths: [Int](repeating: 40_960, count: chunks), held: Bitmap(count: chunks, filled: isFull))
    }

    @Test("a child is blocked while something is there and its socket takes no more, and reads are waited for apart")
    func backlog() throws {
        var exchange = Self.exchange(chunks: 4, isFull: true)
        #expect(exchange.backlog { _ in false } == Exchange.Backlog(), "nobody is fed")
        let child = try exchange.newChild(.all(4), credit: 1 << 20)
        #expect(exchange.backlog { _ in false }.isBlocked)
        // All that may be read ahead was asked of the store, and nothing has come from it.
        while exchange.next({ _ in true }) != nil {}
        #expect(exchange.backlog { _ in true }.isReading)
        #expect(!exchange.backlog { _ in true }.isBlocked)
        #expect(!exchange.backlog { _ in false }.isReading, "it could not be sent anyway")
        exchange.loaded(0, for: child, isGood: true)
        #expect(exchange.backlog { _ in false }.isBlocked)
        for index in 1..<4 { exchange.loaded(index, for: child, isGood: true) }
        _ = exchange.drain(child)
        #expect(exchange.backlog { _ in false } == Exchange.Backlog(), "it has everything")
    }

    @Test("a child without credit is not blocked by its socket")
    func credit() throws {
        var exchange = Self.exchange(chunks: 4, isFull: true)
        _ = try exchange.newChild(.all(4), credit: 0)
        #expect(!exchange.backlog { _ in false }.isBlocked)
    }

    @Test("all are blocked when no child of the plan that lacks something has room in its socket")
    func allBlocked() throws {
        var exchange = Self.exchange(chunks: 4, isFull: true)
        let slow = try exchange.newChild(.all(4), credit: 1 << 20)
        let other = try exchange.newChild(.all(4), credit: 1 << 20)
        #expect(exchange.backlog { _ in false }.isAllBlocked)
        #expect(!exchange.backlog { $0 == other }.isAllBlocked, "one link is slow, not that of this peer")
        exchange.removeChild(other)
        #expect(exchange.backlog { _ in false }.isAllBlocked)
        exchange.removeChild(slow)
        #expect(!exchange.backlog { _ in false }.isAllBlocked, "there is nobody")
    }

    @Test("stripes of each parent add up, and who is not asked has none")
    func stripes() {
        var exchange = Self.exchange(chunks: 12, isFull: false)
        #expect(exchange.stripes(from: peer(1)) == 0)
        var outputs: [Exchange.Output] = []
        let plan = FetchPlan(candidates: [[peer(1)], [peer(2), peer(1)], [peer(1)]], stripeRate: 1_000)
        exchange.receive(plan, now: .origin, into: &outputs)
        #expect(exchange.stripes(from: peer(1)) == 2)
        #expect(exchange.stripes(from: peer(2)) == 1)
        #expect(exchange.stripes(from: peer(3)) == 0)
        // Who is lost has nothing to send any more; what it had goes to who stands by.
        exchange.handle(.lost(peer(2)), now: .origin, into: &outputs)
        #expect(exchange.stripes(from: peer(2)) == 0)
        #expect(exchange.stripes(from: peer(1)) == 3)
    }

    @Test("the store is behind when parents are not allowed more")
    func store() {
        var exchange = Self.exchange(chunks: 400, isFull: false)
        #expect(!exchange.isStoreBehind)
        for index in 0..<200 { _ = exchange.receive(index) }
        #expect(exchange.isStoreBehind)
        exchange.stored(bytes: 200 * 40_960)
        #expect(!exchange.isStoreBehind)
    }
}
