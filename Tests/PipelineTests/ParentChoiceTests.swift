import Basics
import Pipeline
import Testing

@Suite struct ParentChoiceTests {
    private let start = Instant(nanoseconds: 1_000)

    private func run(_ choice: inout ParentChoice, _ input: ParentChoice.Input, _ now: Instant) -> [ParentChoice.Output]
    {
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

    @Test func failsWhenEveryCandidateKeepsRefusingAndNotBefore() {
        var choice = ParentChoice(now: start)
        var outputs = run(&choice, .candidates([peer(2), peer(1)]), start)
        var now = start
        var refusals = 0
        while !outputs.contains(.failed(.refused)), refusals < 100 {
            if let asked = choice.parent {
                refusals += 1
                outputs = run(&choice, .refused(asked), now)
            } else {
                now = choice.nextDeadline
                outputs = run(&choice, .timer, now)
            }
        }
        #expect(refusals >= 2 * PipelineLimits.refusals)
        #expect(now < start + PipelineLimits.noProgress)
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
        #expect(outputs.last == .failed(.noProgress))
        #expect(steps < 1_000)
    }
}
