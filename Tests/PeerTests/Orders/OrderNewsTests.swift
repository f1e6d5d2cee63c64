import Basics
import Peer
import Testing

/// What became of orders, on its way back.
@Suite struct OrderNewsTests {
    @Test("news are read as they were written")
    func roundTrip() throws {
        let error = SkeinError(.permission, doing: "installing", cause: "it may not", next: "ask")
        let news = [
            OrderNews(place: 0, state: .moved(InstallProgress(bytes: 3, total: 1 << 40, isAssembling: false))),
            OrderNews(place: 9, state: .moved(InstallProgress(bytes: 7, total: 7, isAssembling: true))),
            OrderNews(place: 65_535, state: .done(InstallOutcome(bytes: 5, chunks: 6, seconds: 1.25))),
            OrderNews(place: 2, state: .failed(error)),
        ]
        let read = try OrderNews.decode(OrderNews.encode(news))
        #expect(read.map(\.place) == news.map(\.place))
        #expect(read.map(\.state.isEnd) == [false, false, true, true])
        #expect(OrderNews.encode(read) == OrderNews.encode(news))
        guard case .failed(let cause) = read[3].state, case .done(let outcome) = read[2].state else {
            return #expect(Bool(false), "states are changed")
        }
        #expect(cause.code == .permission && cause.cause == "it may not" && cause.next == "ask")
        #expect(outcome == InstallOutcome(bytes: 5, chunks: 6, seconds: 1.25))
        #expect(try OrderNews.decode([]).isEmpty)
        #expect(throws: DecodeError.self) { try OrderNews.decode(OrderNews.encode(news), limit: 3) }
    }

    @Test("reasons of a whole branch fit one answer, in any script")
    func reasons() throws {
        let long = String(repeating: "日本", count: 5_000)
        let news = (0..<1_000).map {
            OrderNews(place: $0, state: .failed(SkeinError(.partial, doing: long, cause: long, next: long)))
        }
        let bytes = OrderNews.encode(news)
        #expect(bytes.count < PeerLimits.messageBytes)
        #expect(try OrderNews.decode(bytes).count == 1_000)
    }

    @Test("any bytes are news or an error", arguments: [1, 2, 3] as [UInt64])
    func hostile(seed: UInt64) {
        var random = RandomSource(seed: seed)
        for _ in 0..<3_000 {
            var bytes = random.bytes(Int.random(in: 0..<80, using: &random))
            if bytes.count > 2 { bytes[2] %= 5 }
            _ = try? OrderNews.decode(bytes)
        }
    }
}
