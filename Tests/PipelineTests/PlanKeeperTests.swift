import Basics
import Pipeline
import Testing

/// How peers come to the same plan without asking each other.
@Suite struct PlanKeeperTests {
    private static let inputs = PlanInputs(
        hosts: (0..<20).map {
            PlanInputs.Host(peer: peer(UInt8($0)), up: 1_000_000, down: 1_000_000, isHolder: $0 == 0)
        },
        bytes: 1 << 26)

    private static func keeper(_ number: UInt8) -> PlanKeeper { PlanKeeper(own: peer(number), inputs: inputs) }

    @Test("the same news in any order lead to the same plan", arguments: UInt64(0)..<10)
    func order(seed: UInt64) {
        var random = RandomSource(seed: seed)
        let news = (1..<6).flatMap { number -> [PlanChange] in
            let host = PlanInputs.Host(peer: peer(UInt8(number)), up: 2_000_000, down: 1_000_000)
            return [
                PlanChange(peer: host.peer, version: 0, state: .gone),
                PlanChange(peer: host.peer, version: 1, state: number < 3 ? .here(host) : .gone),
            ]
        }
        var one = Self.keeper(10)
        var other = Self.keeper(11)
        for change in news.shuffled(using: &random) { _ = one.take([change], now: .origin) }
        for change in news.shuffled(using: &random) { _ = other.take([change], now: .origin) }
        #expect(one.inputs == other.inputs)
        #expect(one.news == other.news)
        #expect(one.inputs.hosts.count == 17)
    }

    @Test("what is known already is told to nobody, and news are followed together a moment later")
    func news() {
        var keeper = Self.keeper(10)
        #expect(keeper.due == .never)
        #expect(keeper.missed(peer(3), now: .origin) == [PlanChange(peer: peer(3), version: 0, state: .gone)])
        let due = keeper.due
        #expect(due > .origin && due < .never)
        #expect(keeper.missed(peer(3), now: .origin).isEmpty)
        #expect(keeper.missed(peer(4), now: due).count == 1)
        #expect(keeper.due == due)
        _ = keeper.follow()
        #expect(keeper.due == .never)
        // Who takes long to make a plan makes fewer.
        keeper.madePlan(in: .milliseconds(50))
        _ = keeper.missed(peer(2), now: due)
        #expect(keeper.due == due + .seconds(1))
        // Strangers are not missed.
        #expect(keeper.missed(peer(200), now: due).isEmpty)
    }

    @Test("who was given up in vain says that it is here, and stays in the plan of all")
    func refutes() {
        var victim = Self.keeper(3)
        var other = Self.keeper(10)
        let gone = other.missed(peer(3), now: .origin)
        #expect(other.inputs.hosts.count == 19)
        let answer = victim.take(gone, now: .origin)
        #expect(answer.count == 1 && answer.first?.version == 1)
        #expect(other.take(answer, now: .origin) == answer)
        #expect(other.inputs.hosts.count == 20)
        #expect(other.take(gone, now: .origin).isEmpty)
        #expect(victim.inputs == other.inputs)
    }

    @Test("who does not go on is planned without, whatever it hears, until it begins again")
    func leaves() {
        var full = Self.keeper(3)
        var other = Self.keeper(10)
        let gone = full.leaves(now: .origin)
        #expect(gone.count == 1 && full.leaves(now: .origin).isEmpty)
        #expect(other.take(gone, now: .origin) == gone)
        #expect(other.inputs.hosts.count == 19 && full.inputs == other.inputs)
        // Others pass it on, back to it too.
        #expect(full.take(gone, now: .origin).isEmpty)
        let back = full.returns(now: .origin)
        #expect(back.count == 1 && full.returns(now: .origin).isEmpty)
        #expect(other.take(back, now: .origin) == back)
        #expect(other.inputs.hosts.count == 20 && full.inputs == other.inputs)
    }

    @Test("when the last holder is gone who has everything says so, and others plan with it")
    func lastHolder() {
        var done = Self.keeper(3)
        var waiting = Self.keeper(10)
        #expect(done.done(othersWait: false, now: .origin).isEmpty)
        let gone = waiting.missed(peer(0), now: .origin)
        #expect(PipelinePlan(waiting.inputs).fetchPlan(for: peer(10)) == nil)
        _ = done.take(gone, now: .origin)
        let news = done.done(othersWait: false, now: .origin)
        #expect(news.count == 1 && done.done(othersWait: false, now: .origin).isEmpty)
        #expect(waiting.take(news, now: .origin) == news)
        let plan = PipelinePlan(waiting.inputs).fetchPlan(for: peer(10))
        #expect(plan?.candidates.allSatisfy { $0.last == peer(3) } == true)
        // One is enough.
        #expect(waiting.done(othersWait: false, now: .origin).isEmpty)
    }

    @Test("nobody claims a version that its owner could never exceed")
    func versions() {
        var keeper = Self.keeper(10)
        #expect(keeper.take([PlanChange(peer: peer(3), version: .max, state: .gone)], now: .origin).isEmpty)
        #expect(keeper.inputs.hosts.count == 20)
    }

    @Test("who comes late is above nobody that was there before it")
    func joiners() {
        var keeper = Self.keeper(10)
        let late = PlanInputs.Host(peer: peer(100), up: 1_000_000, down: 1_000_000, joined: 4)
        _ = keeper.take([PlanChange(peer: late.peer, version: 1, state: .here(late))], now: .origin)
        let plan = PipelinePlan(keeper.inputs)
        #expect(plan.tiers.count == 2)
        for number in 1..<20 {
            let fetch = plan.fetchPlan(for: peer(UInt8(number)))
            #expect(fetch?.candidates.joined().contains(late.peer) == false)
        }
        #expect(plan.fetchPlan(for: late.peer)?.candidates.allSatisfy { !$0.isEmpty } == true)
        // The others' trees are the same as without it.
        let before = PipelinePlan(Self.inputs).fetchPlan(for: peer(7))
        #expect(before?.candidates == plan.fetchPlan(for: peer(7))?.candidates)
        // The late one has a better plan once they are done.
        #expect(before?.othersWait == false && plan.fetchPlan(for: peer(7))?.othersWait == true)
    }

    @Test("a host with a slow downlink is in no tree of the others, and gets what they leave")
    func slowReceiver() throws {
        var hosts = Self.inputs.hosts
        hosts[5].down = 100_000
        let plan = PipelinePlan(PlanInputs(hosts: hosts, bytes: 1 << 26))
        #expect(plan.tiers.map(\.receivers.count) == [18, 1])
        let fast = try #require(plan.tiers[0].plan)
        #expect(fast.rate == 1_000_000)
        let slow = try #require(plan.tiers[1].plan)
        #expect(slow.rate == 100_000)
        #expect(plan.fetchPlan(for: hosts[5].peer)?.stripeRate == slow.rate / slow.stripes)
    }
}
