import Basics
import Pipeline
import Testing

/// How the children of one exchange share its uplink.
@Suite struct ExchangeShareTests {
    /// Chunks of three slices, the last of them half.
    private static let length = 40_960
    private static let chunks = 400

    /// Everything is held.
    private static func exchange() -> Exchange {
        Exchange(lengths: [Int](repeating: length, count: chunks), held: Bitmap(count: chunks, filled: true))
    }

    private static func want(rate: Int) -> Want {
        var want = Want.all(chunks)
        want.rate = rate
        return want
    }

    /// Sends to a child until so many of its bytes went out.
    private static func send(_ bytes: Int, to child: Exchange.ChildID, of exchange: inout Exchange) {
        var sent = 0
        while sent < bytes, let (_, next) = exchange.next({ $0 == child }) {
            switch next {
            case .load(let index): exchange.loaded(index, for: child, isGood: true)
            case .slice(_, _, let count): sent += count
            case .announce: break
            }
        }
    }

    @Test("children share the uplink in proportion to what the plan has for them")
    func childrenShare() throws {
        var exchange = Self.exchange()
        let much = try exchange.newChild(Self.want(rate: 3_000_000), credit: 1 << 30)
        let little = try exchange.newChild(Self.want(rate: 1_000_000), credit: 1 << 30)
        var bytes = [much: 0, little: 0]
        while bytes[much]! + bytes[little]! < 4 << 20, let (child, next) = exchange.next({ _ in true }) {
            switch next {
            case .load(let index): exchange.loaded(index, for: child, isGood: true)
            case .slice(_, _, let count): bytes[child]! += count
            case .announce: break
            }
        }
        let ratio = Double(bytes[much]!) / Double(bytes[little]!)
        #expect(ratio > 2.7 && ratio < 3.3, "\(bytes)")
    }

    @Test("nobody runs ahead of a child that has stopped, until it has held others back for 0.2 s")
    func stoppedAreLeftBehind() throws {
        var exchange = Self.exchange()
        let stopped = try exchange.newChild(Self.want(rate: 1_000_000), credit: 1 << 30)
        let other = try exchange.newChild(Self.want(rate: 1_000_000), credit: 1 << 30)
        _ = exchange.next { $0 == stopped }
        let before = exchange.drainBytes(other)
        #expect(before > 0 && before < 400_000)
        #expect(exchange.drainBytes(other) == 0)
        for _ in 0...2 { exchange.tickChildren() }
        #expect(exchange.drainBytes(other) == Self.chunks * Self.length - before)
    }

    @Test("a child that gets a third of its rate is waited for for a second")
    func slowAreWaitedFor() throws {
        var exchange = Self.exchange()
        let slow = try exchange.newChild(Self.want(rate: 1_000_000), credit: 1 << 30)
        let other = try exchange.newChild(Self.want(rate: 1_000_000), credit: 1 << 30)
        Self.send(1, to: slow, of: &exchange)
        var lead: [Int] = []
        var ahead = 0
        for _ in 0..<12 {
            ahead += exchange.drainBytes(other)
            lead.append(ahead)
            Self.send(33_000, to: slow, of: &exchange)
            exchange.tickChildren()
        }
        // It gets three slices of 16 KiB at most in each tenth of a second, the other as much and a few slices more.
        #expect(lead[8] < 600_000, "\(lead)")
        #expect(lead[11] == Self.chunks * Self.length, "\(lead)")
    }

    @Test("who gets what is left over waits while a child of the plan waits for its socket")
    func spareWait() throws {
        var exchange = Self.exchange()
        let planned = try exchange.newChild(Self.want(rate: 1_000_000), credit: 1 << 20)
        let spare = try exchange.newChild(Self.want(rate: Want.spareRate), credit: 1 << 30)
        _ = exchange.next { $0 == planned }
        #expect(exchange.drainBytes(spare) == 0)
        // It has all the credit that it gave: the uplink is free.
        while exchange.drainBytes(planned) > 0 {}
        #expect(exchange.drainBytes(spare) > 0)
    }
}
