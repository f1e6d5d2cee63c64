import Basics
import Gossip
import Testing

/// When a host measures itself, whom it serves, and what never happens.
@Suite struct ProbePlanTests {
    private static func result(
        _ direction: ProbeDirection, isConclusive: Bool = true, refusals: Int = 0, bytes: UInt64 = 1 << 20
    ) -> BurstResult {
        let sample = BandwidthSample(rate: BitRate(bitsPerSecond: 1_000_000), duration: .milliseconds(100))
        return BurstResult(
            direction: direction, samples: [sample], isConclusive: isConclusive, refusals: refusals, bytes: bytes)
    }

    private static func peer(_ number: UInt64) -> PeerID {
        var random = RandomSource(seed: number)
        return PeerID(Digest(bytes: random.bytes(32))!)
    }

    private func begin(_ plan: inout ProbePlan, _ now: Instant) throws -> ProbeDirection {
        let direction = plan.begin(isFree: true, now: now)
        return try #require(direction)
    }

    @Test func whoIsAloneMeasuresNothing() {
        var plan = ProbePlan(now: .origin, seed: 1)
        #expect(plan.nextDeadline == .never)
        let alone = plan.begin(isFree: true, now: .origin + .seconds(3600))
        #expect(alone == nil)
        plan.group(others: 1)
        #expect(plan.nextDeadline < .origin + .seconds(3))
    }

    @Test func startsAreSpreadOverATimeThatGrowsWithTheGroup() {
        for (others, span) in [(7, 3.6), (31, 14.4), (189, 406.1), (9999, 4500)] {
            let starts = (0..<200).map { (seed: UInt64) in
                var plan = ProbePlan(now: .origin, seed: seed)
                plan.group(others: others)
                return (plan.nextDeadline - .origin).inSeconds
            }
            #expect(starts.min()! >= BandwidthLimits.settle.inSeconds)
            #expect(starts.max()! - starts.min()! > span * 0.9)
            #expect(starts.max()! <= BandwidthLimits.settle.inSeconds + span)
        }
    }

    @Test func theSecondDirectionFollowsTheFirst() throws {
        var plan = ProbePlan(now: .origin, seed: 2)
        plan.group(others: 7)
        var now = plan.nextDeadline
        let first = try begin(&plan, now)
        #expect(plan.nextDeadline == .never)
        now = now + .seconds(1)
        plan.ended(Self.result(first), isBelieved: true, now: now)
        #expect(plan.nextDeadline - now <= .milliseconds(50))
        let second = try begin(&plan, plan.nextDeadline)
        #expect(second != first)
        plan.ended(Self.result(second), isBelieved: true, now: now)
        #expect(plan.isSettled)
        #expect(plan.nextDeadline - now >= BandwidthLimits.renewal)
    }

    @Test func anExpensiveBurstIsRenewedWhenItIsPaidOff() throws {
        var plan = ProbePlan(now: .origin, seed: 3)
        plan.group(others: 7)
        for _ in 0..<2 {
            let direction = try begin(&plan, plan.nextDeadline)
            plan.ended(Self.result(direction, bytes: 4 << 20), isBelieved: true, now: .origin)
        }
        let paid = Double(4 << 20) / Double(BandwidthLimits.renewalBytesPerSecond)
        #expect((plan.nextDeadline - .origin).inSeconds >= paid - 1)
    }

    @Test func doubtBringsAnotherBurstSoonButNotAtOnce() throws {
        var plan = ProbePlan(now: .origin, seed: 4)
        plan.group(others: 7)
        for _ in 0..<2 {
            let direction = try begin(&plan, plan.nextDeadline)
            plan.ended(Self.result(direction), isBelieved: true, now: .origin + .seconds(10))
        }
        plan.doubt(.up, now: .origin + .seconds(11))
        let wait = plan.nextDeadline - (.origin + .seconds(10))
        #expect(wait >= BandwidthLimits.doubtPause && wait < .seconds(75))
    }

    @Test func whatLeavesDoubtIsRepeatedWithinBounds() throws {
        var plan = ProbePlan(now: .origin, seed: 5)
        plan.group(others: 7)
        var bursts = 0
        var now = Instant.origin
        while plan.nextDeadline < .origin + .seconds(200) {
            now = plan.nextDeadline
            let direction = try begin(&plan, now)
            bursts += 1
            plan.ended(Self.result(direction, isConclusive: false, refusals: 3), isBelieved: true, now: now)
        }
        #expect(bursts == 2 * BandwidthLimits.attempts)
    }

    @Test func nothingIsMeasuredWhileAnImageComesThrough() {
        var plan = ProbePlan(now: .origin, seed: 6)
        plan.group(others: 7)
        plan.transferring(true, now: .origin)
        #expect(plan.nextDeadline == .never)
        let none = plan.begin(isFree: true, now: .origin + .seconds(60))
        #expect(none == nil)
        plan.transferring(false, now: .origin + .seconds(60))
        #expect(plan.nextDeadline != .never)
    }

    @Test func oneBurstIsServedAtATimeAndNobodyGetsMoreThanAShare() {
        var gate = ProbeGate(now: .origin)
        var now = Instant.origin
        let first = gate.admits(Self.peer(1), isBusy: false, now: now)
        #expect(first)
        let second = gate.admits(Self.peer(2), isBusy: false, now: now)
        #expect(!second)
        gate.ended(now: now)
        let third = gate.admits(Self.peer(2), isBusy: true, now: now)
        #expect(!third)
        // Somebody who asks all the time is served a few times a minute.
        var served = 0
        for _ in 0..<600 {
            now = now + .milliseconds(100)
            if gate.admits(Self.peer(1), isBusy: false, now: now) { served += 1 }
            gate.ended(now: now)
        }
        #expect(served < BandwidthLimits.burstsPerPeer + 2)
        // And many together get a twentieth of the time, once what was saved up is spent.
        var seconds = 0.0
        for round in 0..<2_000 {
            now = now + .seconds(1)
            guard gate.admits(Self.peer(UInt64(round % 200)), isBusy: false, now: now) else { continue }
            now = now + BandwidthLimits.served
            seconds += BandwidthLimits.served.inSeconds
            gate.ended(now: now)
        }
        let total = (now - .origin).inSeconds
        #expect(seconds < BandwidthLimits.servingReserve.inSeconds + total / Double(BandwidthLimits.servingShare) + 10)
    }
}
