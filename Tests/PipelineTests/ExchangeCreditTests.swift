import Basics
import Pipeline
import Testing

/// Credit where what may come is limited: every parent gets its turn, whatever becomes of the plan.
@Suite struct ExchangeCreditTests {
    private static let sizes = [Int](repeating: 262_144, count: 64)

    private func exchange(limit: Int?, plan: FetchPlan, now: Instant) -> Exchange {
        var exchange = Exchange(lengths: Self.sizes, held: Bitmap(count: Self.sizes.count))
        exchange.receiveRate = limit
        var outputs: [Exchange.Output] = []
        exchange.receive(plan, now: now, into: &outputs)
        for case .ask(let asked) in outputs {
            _ = exchange.takeWant(of: asked, now: now)
            exchange.handle(.accepted(asked), now: now, into: &outputs)
        }
        return exchange
    }

    /// Lets a parent send slices until it has used so many bytes.
    private func send(_ bytes: Int, from sender: PeerID, to exchange: inout Exchange, now: Instant) {
        var left = bytes
        for chunk in Self.sizes.indices where left > 0 && !exchange.held[chunk] {
            guard exchange.begin(chunk: chunk) == .taken else { continue }
            for slice in 0..<exchange.slices(of: chunk) where left > 0 {
                _ = exchange.arrive(chunk: chunk, slice: slice, from: sender, now: now)
                left -= exchange.bytes(of: chunk, slice: slice)
            }
        }
        exchange.stored(bytes: exchange.unstoredBytes)
    }

    @Test("a limit lets little come at first", arguments: [(125_000, 65_536), (5_000_000, 1_250_000)])
    func first(limit: Int, bytes: Int) {
        let exchange = exchange(limit: limit, plan: FetchPlan(from: [peer(1)]), now: .origin)
        #expect(exchange.firstCredit() == bytes)
    }

    @Test("a parent that was granted little is allowed more in parts of that, after the plan has fewer stripes too")
    func fewerStripes() {
        let parents = [peer(1), peer(2)]
        let many = FetchPlan(candidates: (0..<8).map { [parents[$0 % 2]] })
        var exchange = exchange(limit: 5_000_000, plan: many, now: .origin)
        let granted = exchange.firstCredit()
        var outputs: [Exchange.Output] = []
        exchange.receive(FetchPlan(from: [peer(1)]), now: .origin, into: &outputs)
        // It sends all that it may: then only credit lets it go on.
        send(granted, from: peer(1), to: &exchange, now: .origin)
        #expect(exchange.parentsByCredit.first == peer(1))
        #expect(exchange.takeCredit(for: peer(1)) ?? 0 >= granted / 2)
    }
}
