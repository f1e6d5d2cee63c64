import Basics
import Pipeline
import Testing

/// When a peer says of itself that its link carries less than the plan has for it.
@Suite struct CapacityWatchTests {
    /// Looks ten times a second for some seconds at rates that are shares of what is planned.
    private func watch(
        _ watch: inout CapacityWatch, from start: inout Instant, seconds: Int, inShare: Double, outShare: Double,
        isBlocked: Bool = true, isReceiving: Bool = true, parents: [PeerID] = [peer(1)], slowed: Set<PeerID> = [],
        totals: inout (sent: Double, received: Double)
    ) -> [CapacityWatch.Finding] {
        var found: [CapacityWatch.Finding] = []
        for _ in 0..<seconds * 10 {
            let look = CapacityWatch.Look(
                sent: Int64(totals.sent), received: Int64(totals.received), plannedOut: 2_000_000,
                plannedIn: 1_000_000, isReceiving: isReceiving, isBlocked: isBlocked, parents: parents)
            if let finding = watch.look(look, at: start, slowed: slowed) { found.append(finding) }
            start = start + .milliseconds(100)
            totals.sent += 200_000 * outShare
            totals.received += 100_000 * inShare
        }
        return found
    }

    @Test("a relay that passes on a tenth of what it gets says so once")
    func up() throws {
        var capacity = CapacityWatch()
        var now = Instant.origin
        var totals = (sent: 0.0, received: 0.0)
        #expect(
            watch(&capacity, from: &now, seconds: 4, inShare: 1, outShare: 1, isBlocked: false, totals: &totals).isEmpty
        )
        let found = watch(&capacity, from: &now, seconds: 8, inShare: 1, outShare: 0.1, totals: &totals)
        guard case .up(let share)? = found.first else { throw TestFailure("nothing was found") }
        #expect(found.count == 1 && share > 0.05 && share < 0.3)
    }

    @Test(
        "who gets as little itself, whose children wait for nothing or get all that is planned, or who is a bit slow, says nothing",
        arguments: [(0.1, 0.1, true), (1, 0.1, false), (4, 1.3, true), (1, 0.6, true)] as [(Double, Double, Bool)])
    func fine(inShare: Double, outShare: Double, isBlocked: Bool) {
        var capacity = CapacityWatch()
        var now = Instant.origin
        var totals = (sent: 0.0, received: 0.0)
        let found = watch(
            &capacity, from: &now, seconds: 10, inShare: inShare, outShare: outShare, isBlocked: isBlocked,
            totals: &totals)
        #expect(found.isEmpty)
    }

    @Test("a child that gets nothing at all has stopped or is cut off: that says nothing of its parent")
    func still() {
        var capacity = CapacityWatch()
        var now = Instant.origin
        for tick in 0..<100 {
            let look = CapacityWatch.Look(
                sent: Int64(min(tick, 30)) * 200_000, received: Int64(tick) * 100_000, plannedOut: 2_000_000,
                plannedIn: 1_000_000, isReceiving: true, isBlocked: tick > 30, hasStillChild: tick > 35,
                parents: [peer(1)])
            #expect(capacity.look(look, at: now, slowed: []) == nil)
            now = now + .milliseconds(100)
        }
    }

    @Test("a child that fares no better with another parent says that it is slow itself, and before that parent does")
    func down() throws {
        var child = CapacityWatch()
        var second = CapacityWatch()
        var now = Instant.origin
        var totals = (sent: 0.0, received: 0.0)
        _ = watch(&child, from: &now, seconds: 3, inShare: 1, outShare: 0, isBlocked: false, totals: &totals)
        var found = watch(&child, from: &now, seconds: 3, inShare: 0.1, outShare: 0, isBlocked: false, totals: &totals)
        #expect(found.isEmpty, "its parent speaks first")
        var other = (sent: 0.0, received: 0.0)
        var time = now
        found = watch(
            &child, from: &now, seconds: 3, inShare: 0.1, outShare: 0, isBlocked: false, parents: [peer(2)],
            slowed: [peer(1)], totals: &totals)
        guard case .down(let share)? = found.first else { throw TestFailure("nothing was found") }
        #expect(found.count == 1 && share > 0.05 && share < 0.3)
        let blamed = watch(
            &second, from: &time, seconds: 4, inShare: 1, outShare: 0.1, slowed: [peer(1)], totals: &other)
        #expect(blamed.isEmpty)
    }

    private struct TestFailure: Error {
        let text: String
        init(_ text: String) { self.text = text }
    }

    @Test("a host that calls itself slow is planned as such by all, and still knows what it holds")
    func planned() throws {
        let hosts = (0..<6).map { number in
            PlanInputs.Host(
                peer: peer(UInt8(number)), up: 1_000_000, down: 1_000_000, site: "s", rack: "r", isHolder: number == 0)
        }
        let inputs = PlanInputs(hosts: hosts, bytes: 1 << 26)
        var slow = PlanKeeper(own: peer(3), inputs: inputs)
        var other = PlanKeeper(own: peer(5), inputs: inputs)
        let news = slow.slowed(.up(0.1), isWhole: false, now: .origin)
        #expect(other.take(news, now: .origin) == news && other.slowedPeers == [peer(3)])
        #expect(slow.inputs == other.inputs)
        #expect(other.inputs.hosts.first { $0.peer == peer(3) }?.up == 100_000)
        // Nobody is fed by it as if it were as fast as the others.
        let plan = PipelinePlan(other.inputs)
        let parents = hosts.compactMap { plan.fetchPlan(for: $0.peer)?.candidates.compactMap(\.first) }.joined()
        #expect(parents.count { $0 == peer(3) } * 10 <= parents.count + 9)
    }
}
