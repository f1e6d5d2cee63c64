import Basics
import Pipeline
import Testing

private func peer(_ number: UInt8) -> PeerID {
    PeerID(Digest(bytes: [UInt8](repeating: 0, count: 31) + [number])!)
}

private func member(_ number: UInt8, _ site: String, _ rack: String) -> PlanMember {
    PlanMember(peer: peer(number), site: site, rack: rack)
}

@Suite struct ChainPlanTests {
    @Test func visitsTheSourcesRackThenItsSiteThenOthersAndEachOnce() {
        let plan = ChainPlan(
            source: member(9, "tokyo", "r1"),
            targets: [
                member(1, "kyoto", "r0"), member(2, "tokyo", "r0"), member(3, "tokyo", "r1"),
                member(4, "kyoto", "r0"), member(5, "tokyo", "r0"), member(9, "tokyo", "r1"), member(3, "tokyo", "r1"),
            ])
        #expect(plan.order == [9, 3, 2, 5, 1, 4].map(peer))
    }

    @Test func theOrderOfTheInputsDoesNotMatter() {
        var random = RandomSource(seed: 5)
        let targets = (1...60).map { member(UInt8($0), "s\($0 % 3)", "r\($0 % 4)") }
        let plan = ChainPlan(source: member(0, "s1", "r2"), targets: targets)
        for _ in 0..<20 {
            #expect(ChainPlan(source: member(0, "s1", "r2"), targets: targets.shuffled(using: &random)) == plan)
        }
    }

    @Test func candidatesArePredecessorsOnlyNearestFirst() {
        let plan = ChainPlan(order: [peer(0), peer(1), peer(2), peer(3)])
        #expect(plan.candidates(for: peer(3)) == [peer(2), peer(1), peer(0)])
        #expect(plan.candidates(for: peer(1)) == [peer(0)])
        #expect(plan.candidates(for: peer(0)) == [])
        #expect(plan.candidates(for: peer(7)) == [peer(0)])
    }
}

@Suite struct FeedQueueTests {
    @Test func sendsHeldChunksInOrderThenTheArrivingOneAndEachOnce() {
        var lacking = Bitmap(count: 6, filled: true)
        lacking[1] = false
        var queue = FeedQueue(lacking: lacking)
        var held = Bitmap(count: 6)
        held[0] = true
        held[1] = true
        held[2] = true
        #expect(queue.next(held: held, arriving: 3) == .held(0))
        #expect(queue.next(held: held, arriving: 3) == .held(2))
        #expect(queue.next(held: held, arriving: 3) == .arriving(3))
        #expect(queue.next(held: held, arriving: 3) == nil)
        held[3] = true
        #expect(queue.next(held: held, arriving: 4) == .arriving(4))
        queue.restore(4)
        #expect(queue.count == 2)
        held[4] = true
        #expect(queue.next(held: held, arriving: nil) == .held(4))
    }
}

@Suite struct ParentChoiceTests {
    private let start = Instant(nanoseconds: 1_000)

    private func run(_ choice: inout ParentChoice, _ input: ParentChoice.Input, _ now: Instant) -> [ParentChoice.Output] {
        var outputs: [ParentChoice.Output] = []
        choice.handle(input, now: now, into: &outputs)
        return outputs
    }

    @Test func asksTheNearestAndMovesToTheNextWhenItIsLost() {
        var choice = ParentChoice(now: start)
        #expect(run(&choice, .candidates([peer(2), peer(1)]), start) == [.subscribe(peer(2))])
        #expect(run(&choice, .accepted(peer(2)), start) == [])
        #expect(run(&choice, .lost(peer(2)), start) == [.subscribe(peer(1))])
        #expect(run(&choice, .lost(peer(1)), start) == [])
        let later = start + PipelineLimits.firstPause
        #expect(choice.nextDeadline == later)
        #expect(run(&choice, .timer, later) == [.subscribe(peer(2))])
    }

    @Test func aSilentParentIsLeftAndAStarvedOneIsKept() {
        var choice = ParentChoice(now: start)
        _ = run(&choice, .candidates([peer(2), peer(1)]), start)
        _ = run(&choice, .accepted(peer(2)), start)
        let nearly = start + PipelineLimits.stallTimeout + .nanoseconds(-1)
        _ = run(&choice, .starved(peer(2)), nearly)
        #expect(run(&choice, .timer, start + PipelineLimits.stallTimeout) == [])
        let silent = nearly + PipelineLimits.stallTimeout
        #expect(run(&choice, .timer, silent) == [.unsubscribe(peer(2)), .subscribe(peer(1))])
    }

    @Test func aLiarIsNotAskedAgainForTheQuarantine() {
        var choice = ParentChoice(now: start)
        _ = run(&choice, .candidates([peer(2), peer(1)]), start)
        #expect(run(&choice, .lied(peer(2)), start) == [.unsubscribe(peer(2)), .subscribe(peer(1))])
        var now = start
        for _ in 0..<20 {
            now = now + .seconds(2)
            _ = run(&choice, .received(peer(1)), now)
            #expect(run(&choice, .lost(peer(1)), now) == [])
            now = choice.nextDeadline
            #expect(run(&choice, .timer, now) == [.subscribe(peer(1))])
        }
    }

    @Test func failsWhenNoByteComes() {
        var choice = ParentChoice(now: start)
        _ = run(&choice, .candidates([peer(1)]), start)
        var outputs: [ParentChoice.Output] = []
        var steps = 0
        while choice.nextDeadline != .never, steps < 1_000 {
            choice.handle(.timer, now: choice.nextDeadline, into: &outputs)
            steps += 1
        }
        #expect(outputs.last == .failed)
        #expect(steps < 1_000)
    }
}
