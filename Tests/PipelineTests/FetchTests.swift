import Basics
import Pipeline
import Testing

/// Whom a child asks for what, and when it gives up on whom.
@Suite struct FetchTests {
    private static let chunk = FormatLimits.chunkBytes

    private static func at(_ milliseconds: Int64) -> Instant { Instant(nanoseconds: milliseconds * 1_000_000) }

    private static func exchange(_ chunks: Int) -> Exchange {
        Exchange(lengths: [Int](repeating: chunk, count: chunks), held: Bitmap(count: chunks))
    }

    /// What an input leads to.
    private static func outputs(
        _ exchange: inout Exchange, _ input: Exchange.Input, at milliseconds: Int64 = 0
    ) -> [Exchange.Output] {
        var outputs: [Exchange.Output] = []
        exchange.handle(input, now: at(milliseconds), into: &outputs)
        return outputs
    }

    private static func want(_ exchange: inout Exchange, _ parent: PeerID) throws -> Want {
        let want = exchange.takeWant(of: parent, now: at(0))
        return try #require(want)
    }

    private static func begin(_ exchange: inout Exchange, _ candidates: [[PeerID]]) -> [Exchange.Output] {
        var outputs: [Exchange.Output] = []
        exchange.receive(FetchPlan(candidates: candidates, stripeRate: 1 << 30), now: at(0), into: &outputs)
        return outputs
    }

    /// All that the first parent was to send comes.
    private static func arrive(_ want: Want, _ exchange: inout Exchange) {
        for chunk in 0..<want.chunks.count where want.chunks[chunk] {
            _ = exchange.begin(chunk: chunk)
            for slice in 0..<exchange.slices(of: chunk) {
                _ = exchange.arrive(chunk: chunk, slice: slice, from: peer(1), now: at(1))
            }
        }
    }

    @Test("each parent is asked for the chunks of its stripes, which together are all")
    func stripesAreAsked() throws {
        var exchange = Self.exchange(12)
        #expect(Self.begin(&exchange, [[peer(1)], [peer(2)], [peer(1)]]) == [.ask(peer(1)), .ask(peer(2))])
        let one = try Self.want(&exchange, peer(1))
        let two = try Self.want(&exchange, peer(2))
        #expect(one.lanes == 2 && two.lanes == 1)
        #expect(one.rate == 2 * two.rate)
        #expect(one.chunks.population == 8 && two.chunks.population == 4)
        #expect(one.chunks.intersection(two.chunks).isEmpty)
        let none = exchange.takeWant(of: peer(3), now: Self.at(0))
        #expect(none == nil)
    }

    @Test("stripes end even: the last chunks are dealt out by slices when they would not")
    func stripesEndEven() throws {
        var exchange = Self.exchange(7)
        _ = Self.begin(&exchange, [[peer(1)], [peer(2)], [peer(3)]])
        var slices: [Int] = []
        for number in 1...3 {
            let want = try Self.want(&exchange, peer(UInt8(number)))
            slices.append(want.chunks.population * 16 + want.parts.reduce(0) { $0 + $1.slices.count })
        }
        #expect(slices.reduce(0, +) == 7 * 16)
        #expect((slices.max() ?? 0) - (slices.min() ?? 0) <= 1)
    }

    @Test("when a parent is lost its stripe goes to who stands by, with what is still lacking of it")
    func standby() throws {
        var exchange = Self.exchange(4)
        _ = Self.begin(&exchange, [[peer(1), peer(3)], [peer(2)]])
        _ = exchange.takeWant(of: peer(1), now: Self.at(0))
        _ = Self.outputs(&exchange, .accepted(peer(1)))
        _ = exchange.begin(chunk: 0)
        for slice in 0..<5 { _ = exchange.arrive(chunk: 0, slice: slice, from: peer(1), now: Self.at(0)) }
        #expect(Self.outputs(&exchange, .lost(peer(1))) == [.missed(peer(1)), .ask(peer(3))])
        let want = try Self.want(&exchange, peer(3))
        #expect(want.parts == [Want.Part(chunk: 0, slices: SliceSet(first: 16).subtracting(SliceSet(first: 5)))])
        #expect(want.chunks.population == 1)
    }

    @Test("a parent of the plan that had refused is asked again while who stands by goes on")
    func plannedAgain() throws {
        var exchange = Self.exchange(4)
        _ = Self.begin(&exchange, [[peer(1), peer(2)]])
        _ = exchange.takeWant(of: peer(1), now: Self.at(0))
        #expect(Self.outputs(&exchange, .refused(peer(1))) == [.ask(peer(2))])
        let standby = try Self.want(&exchange, peer(2))
        #expect(standby.chunks.population == 4)
        _ = Self.outputs(&exchange, .accepted(peer(2)))
        // It is left alone for a pause, and asked for nothing before it answers.
        #expect(exchange.nextDeadline > Self.at(100))
        #expect(Self.outputs(&exchange, .timer, at: 1).isEmpty)
        _ = Self.outputs(&exchange, .starved(peer(2)), at: 900)
        #expect(exchange.nextDeadline < Self.at(1_000))
        #expect(Self.outputs(&exchange, .timer, at: 1_000) == [.ask(peer(1))])
        let nothing = exchange.takeWant(of: peer(1), now: Self.at(1_000))
        #expect(nothing?.isEmpty == true)
        #expect(Self.outputs(&exchange, .accepted(peer(1)), at: 1_010) == [.ask(peer(2))])
        let left = exchange.takeWant(of: peer(2), now: Self.at(1_010))
        #expect(left?.isEmpty == true)
        #expect(Self.outputs(&exchange, .accepted(peer(2)), at: 1_020) == [.ask(peer(1)), .leave(peer(2))])
        let all = exchange.takeWant(of: peer(1), now: Self.at(1_020))
        #expect(all?.chunks.population == 4)
    }

    @Test("another plan takes chunks from a parent that lives only when it has let them go")
    func handover() throws {
        var exchange = Self.exchange(4)
        _ = Self.begin(&exchange, [[peer(1)]])
        _ = exchange.takeWant(of: peer(1), now: Self.at(0))
        _ = Self.outputs(&exchange, .accepted(peer(1)))
        #expect(Self.begin(&exchange, [[peer(2)]]) == [.ask(peer(1)), .ask(peer(2))])
        // The new one is asked for nothing yet that the old one may still send.
        let (new, old) = (try Self.want(&exchange, peer(2)), try Self.want(&exchange, peer(1)))
        #expect(new.isEmpty && old.isEmpty)
        _ = Self.outputs(&exchange, .accepted(peer(2)))
        // What was under way arrives before the answer.
        _ = exchange.begin(chunk: 0)
        _ = exchange.arrive(chunk: 0, slice: 0, from: peer(1), now: Self.at(0))
        #expect(Self.outputs(&exchange, .accepted(peer(1))) == [.ask(peer(2)), .leave(peer(1))])
        let want = try Self.want(&exchange, peer(2))
        #expect(want.chunks.population == 3 && want.parts.first?.slices.count == 15)
    }

    @Test(
        "a parent that was never quiet for long is missed sooner than one that often is",
        arguments: [(20, 300), (100, 400), (150, 600), (500, 700)] as [(Int64, Int64)])
    func learnedPatience(pause: Int64, patience: Int64) {
        var exchange = Self.exchange(4)
        _ = Self.begin(&exchange, [[peer(1), peer(2)]])
        _ = exchange.takeWant(of: peer(1), now: Self.at(0))
        _ = Self.outputs(&exchange, .accepted(peer(1)))
        // Nothing is known at first.
        #expect(exchange.nextDeadline >= Self.at(700))
        var last: Int64 = 0
        for time in stride(from: pause, through: 3_000, by: Int(pause)) {
            #expect(Self.outputs(&exchange, .starved(peer(1)), at: time) == [])
            last = time
        }
        let deadline = exchange.nextDeadline - Self.at(last)
        #expect(deadline >= .milliseconds(patience) && deadline < .milliseconds(patience + 100), "\(deadline)")
        // Its stripe goes to who stands by, and it is not gone yet.
        let outputs = Self.outputs(&exchange, .timer, at: last + patience + 100)
        #expect(outputs == [.ask(peer(1)), .ask(peer(2))])
    }

    @Test("while bytes come, a parent that is asked and does not answer is stood in for, and may still answer")
    func lateAnswer() throws {
        var exchange = Self.exchange(4)
        _ = Self.begin(&exchange, [[peer(1), peer(2)], [peer(3), peer(2)]])
        for number in [UInt8(1), 3] {
            _ = exchange.takeWant(of: peer(number), now: Self.at(0))
            _ = Self.outputs(&exchange, .accepted(peer(number)))
        }
        _ = exchange.begin(chunk: 0)
        _ = exchange.arrive(chunk: 0, slice: 0, from: peer(1), now: Self.at(0))
        // Another plan has a parent that has stopped meanwhile, and nobody knows.
        #expect(Self.begin(&exchange, [[peer(4), peer(2)], [peer(3), peer(2)]]).contains(.ask(peer(4))))
        _ = exchange.takeWant(of: peer(4), now: Self.at(0))
        _ = exchange.takeWant(of: peer(1), now: Self.at(0))
        _ = Self.outputs(&exchange, .accepted(peer(1)))
        _ = Self.outputs(&exchange, .starved(peer(3)), at: 399)
        #expect(!Self.outputs(&exchange, .timer, at: 399).contains(.ask(peer(2))))
        let outputs = Self.outputs(&exchange, .timer, at: 410)
        #expect(outputs.contains(.ask(peer(2))) && !outputs.contains(.missed(peer(4))))
        let standby = try Self.want(&exchange, peer(2))
        #expect(!standby.isEmpty)
        // It was slow, not gone.
        _ = Self.outputs(&exchange, .accepted(peer(2)), at: 420)
        #expect(Self.outputs(&exchange, .accepted(peer(4)), at: 800).contains(.ask(peer(2))))
    }

    @Test("a parent that sends nothing is left, one that says it is alive is not")
    func stall() {
        var exchange = Self.exchange(4)
        _ = Self.begin(&exchange, [[peer(1), peer(2)]])
        _ = exchange.takeWant(of: peer(1), now: Self.at(0))
        _ = Self.outputs(&exchange, .accepted(peer(1)))
        for time in stride(from: Int64(0), to: 5_000, by: 500) {
            #expect(Self.outputs(&exchange, .starved(peer(1)), at: time) == [])
            #expect(Self.outputs(&exchange, .timer, at: time + 400) == [])
        }
        #expect(exchange.nextDeadline <= Self.at(5_300))
        // Its chunks are asked of the other at once, and it is asked whether it is there.
        #expect(Self.outputs(&exchange, .timer, at: 5_300) == [.ask(peer(1)), .ask(peer(2))])
        #expect(exchange.takeWant(of: peer(1), now: Self.at(5_300))?.isEmpty == true)
        #expect(exchange.takeWant(of: peer(2), now: Self.at(5_300))?.chunks.population == 4)
        _ = Self.outputs(&exchange, .accepted(peer(2)), at: 5_310)
        #expect(Self.outputs(&exchange, .timer, at: 5_400) == [])
        #expect(Self.outputs(&exchange, .timer, at: 5_500) == [.leave(peer(1)), .missed(peer(1))])
    }

    @Test("a parent that was silent in vain has its stripe back, without a slice sent twice, and nobody hears of it")
    func silence() {
        var exchange = Self.exchange(4)
        _ = Self.begin(&exchange, [[peer(1), peer(2)]])
        _ = exchange.takeWant(of: peer(1), now: Self.at(0))
        _ = Self.outputs(&exchange, .accepted(peer(1)))
        #expect(Self.outputs(&exchange, .timer, at: 700) == [.ask(peer(1)), .ask(peer(2))])
        _ = exchange.takeWant(of: peer(1), now: Self.at(0))
        _ = exchange.takeWant(of: peer(2), now: Self.at(0))
        _ = Self.outputs(&exchange, .accepted(peer(2)), at: 710)
        // It is there again: the one that stood by is asked to let go first.
        #expect(Self.outputs(&exchange, .accepted(peer(1)), at: 800) == [.ask(peer(2))])
        #expect(exchange.takeWant(of: peer(2), now: Self.at(0))?.isEmpty == true)
        #expect(Self.outputs(&exchange, .accepted(peer(2)), at: 820) == [.ask(peer(1)), .leave(peer(2))])
        #expect(exchange.takeWant(of: peer(1), now: Self.at(0))?.chunks.population == 4)
        // The second time it is waited for twice as long.
        _ = Self.outputs(&exchange, .accepted(peer(1)), at: 830)
        #expect(Self.outputs(&exchange, .timer, at: 1_600) == [])
        #expect(Self.outputs(&exchange, .timer, at: 2_300).contains(.ask(peer(2))))
    }

    @Test("a parent that lives and does not answer what it was told is left, and its stripe goes to another")
    func owing() throws {
        var exchange = Self.exchange(4)
        _ = Self.begin(&exchange, [[peer(1), peer(2)]])
        _ = exchange.takeWant(of: peer(1), now: Self.at(0))
        // A second want is said before the parent knows of the image, and one of the two is never answered.
        _ = exchange.takeWant(of: peer(1), now: Self.at(10))
        _ = Self.outputs(&exchange, .accepted(peer(1)), at: 100)
        for time in stride(from: Int64(500), through: 6_000, by: 500) {
            #expect(Self.outputs(&exchange, .starved(peer(1)), at: time) == [])
            #expect(Self.outputs(&exchange, .timer, at: time + 90) == [])
        }
        #expect(exchange.nextDeadline <= Self.at(6_200))
        #expect(Self.outputs(&exchange, .timer, at: 6_200) == [.leave(peer(1)), .ask(peer(2))])
        #expect(try Self.want(&exchange, peer(2)).chunks.population == 4)
    }

    @Test("the tail of a stripe that is behind is shared with a parent that has everything and is done")
    func tail() throws {
        var exchange = Self.exchange(4)
        _ = Self.begin(&exchange, [[peer(1)], [peer(2)]])
        let ofFirst = try Self.want(&exchange, peer(1))
        let ofSecond = try Self.want(&exchange, peer(2))
        _ = Self.outputs(&exchange, .accepted(peer(1)))
        _ = Self.outputs(&exchange, .accepted(peer(2)))
        #expect(Self.outputs(&exchange, .whole(peer(1))) == [], "it has enough to send")
        Self.arrive(ofFirst, &exchange)
        // Who lacks something itself may wait for this very peer.
        #expect(Self.outputs(&exchange, .starved(peer(1))) == [])
        #expect(Self.outputs(&exchange, .whole(peer(1))) == [.ask(peer(2))])
        let left = try Self.want(&exchange, peer(2))
        #expect(left.chunks.population == 1 && left.parts.isEmpty)
        #expect(left.chunks.nextClear(from: 0) != nil && ofSecond.chunks.intersection(left.chunks) == left.chunks)
        #expect(Self.outputs(&exchange, .accepted(peer(2))) == [.ask(peer(1))])
        let more = try Self.want(&exchange, peer(1))
        #expect(more.chunks == ofSecond.chunks.subtracting(left.chunks))
    }

    @Test("what a helper had taken over is for the parent of the plan again when it is lost", arguments: [false, true])
    func helperIsLost(hadAnswered: Bool) throws {
        var exchange = Self.exchange(4)
        _ = Self.begin(&exchange, [[peer(1)], [peer(2)]])
        let ofFirst = try Self.want(&exchange, peer(1))
        let ofSecond = try Self.want(&exchange, peer(2))
        for number in [1, 2] { _ = Self.outputs(&exchange, .accepted(peer(UInt8(number)))) }
        Self.arrive(ofFirst, &exchange)
        #expect(Self.outputs(&exchange, .whole(peer(1))) == [.ask(peer(2))])
        _ = try Self.want(&exchange, peer(2))
        if hadAnswered {
            _ = Self.outputs(&exchange, .accepted(peer(2)))
            _ = try Self.want(&exchange, peer(1))
        }
        // The source has died, say, and nobody stands by for its stripe.
        #expect(Self.outputs(&exchange, .lost(peer(1))) == [.missed(peer(1)), .ask(peer(2))])
        #expect(try Self.want(&exchange, peer(2)).chunks == ofSecond.chunks)
    }

    @Test("a parent of another site does not help with what a near one owes, which has crossed the link between once")
    func farParentsDoNotHelp() throws {
        for (far, helps) in [([peer(1)], false), ([peer(2)], true), ([peer(1), peer(2)], true)] {
            var exchange = Self.exchange(4)
            var outputs: [Exchange.Output] = []
            let plan = FetchPlan(candidates: [[peer(1)], [peer(2)]], stripeRate: 1 << 30, far: Set(far))
            exchange.receive(plan, now: Self.at(0), into: &outputs)
            let ofFirst = try Self.want(&exchange, peer(1))
            _ = try Self.want(&exchange, peer(2))
            for number in [1, 2] { _ = Self.outputs(&exchange, .accepted(peer(UInt8(number)))) }
            Self.arrive(ofFirst, &exchange)
            #expect(Self.outputs(&exchange, .whole(peer(1))) == (helps ? [.ask(peer(2))] : []))
        }
    }

    @Test("a peer that is late itself waits longer for others")
    func ownLag() {
        var exchange = Self.exchange(4)
        _ = Self.begin(&exchange, [[peer(1), peer(2)]])
        exchange.isLate(by: .milliseconds(500))
        _ = exchange.takeWant(of: peer(1), now: Self.at(0))
        _ = Self.outputs(&exchange, .accepted(peer(1)))
        #expect(Self.outputs(&exchange, .timer, at: 1_100) == [])
        #expect(Self.outputs(&exchange, .timer, at: 1_200).contains(.ask(peer(2))))
    }

    @Test("a peer that lied is not asked again soon, and one that refused is after a pause")
    func liars() {
        var exchange = Self.exchange(4)
        _ = Self.begin(&exchange, [[peer(1)]])
        #expect(Self.outputs(&exchange, .refused(peer(1))) == [])
        #expect(Self.outputs(&exchange, .timer, at: 100) == [])
        #expect(Self.outputs(&exchange, .timer, at: 200) == [.ask(peer(1))])
        #expect(Self.outputs(&exchange, .lied(peer(1)), at: 300) == [.leave(peer(1))])
        #expect(Self.outputs(&exchange, .timer, at: 50_000) == [])
    }

    @Test("a fetch fails when all refuse again and again, or when nothing comes for long")
    func failures() {
        var exchange = Self.exchange(4)
        _ = Self.begin(&exchange, [[peer(1)], [peer(2)]])
        _ = Self.outputs(&exchange, .accepted(peer(2)))
        var time: Int64 = 0
        for _ in 1..<PipelineLimits.refusals {
            #expect(!Self.outputs(&exchange, .refused(peer(1)), at: time).contains(.failed(.refused)))
            time += 6_000
            _ = Self.outputs(&exchange, .starved(peer(2)), at: time)
            _ = Self.outputs(&exchange, .timer, at: time)
        }
        #expect(Self.outputs(&exchange, .refused(peer(1)), at: time) == [.leave(peer(2)), .failed(.refused)])
        #expect(!exchange.isReceiving)
        var silent = Self.exchange(1)
        _ = Self.begin(&silent, [[]])
        #expect(Self.outputs(&silent, .timer, at: 59_999) == [])
        #expect(Self.outputs(&silent, .timer, at: 60_000) == [.failed(.noProgress)])
    }
}
