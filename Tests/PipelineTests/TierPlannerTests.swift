import Basics
import Pipeline
import Testing

/// Whether slower receivers take part in the trees of the fast ones: three plans are compared, and what counts is who comes
/// off worst. Asserted is what people have of it: how fast the fast are, and how late each kind of host is.
@Suite("Who takes part in the trees of the fast")
struct TierPlannerTests {
    /// Receivers of one kind, in Mbit/s, and how late they may be over what their own downlinks take.
    struct Kind: Sendable {
        var down: Int
        var up: Int
        var count: Int
        var ratio: ClosedRange<Double>
    }

    /// A network with a source of 100 Mbit/s, and at least that many stripes' worth for the fast, in Mbit/s.
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var fastRate: ClosedRange<Double>
        /// The fast first.
        var kinds: [Kind]
    }

    static let cases = [
        // The uplinks are just enough for the fast. With the slow ones among them they would get 63 Mbit/s, take 1.6 of their
        // bound, and the slow would hardly gain.
        Case(
            testDescription: "nobody: many slow hosts that send nothing wait for the fast", fastRate: 99...100,
            kinds: [
                Kind(down: 100, up: 75, count: 4, ratio: 1...1.01),
                Kind(down: 25, up: 1, count: 6, ratio: 1...1.26),
            ]),
        // Without the generous one the fast get 75 and itself 1.7 of its bound; with everybody the fast get 50.
        Case(
            testDescription: "generous: who sends more than it gets takes part, who does not waits", fastRate: 99...100,
            kinds: [
                Kind(down: 100, up: 50, count: 4, ratio: 1...1.01),
                Kind(down: 50, up: 200, count: 1, ratio: 1...1.01),
                Kind(down: 30, up: 5, count: 10, ratio: 1...1.21),
            ]),
        // Left out, the slow one would begin when the fast are done and take 1.5 of its bound.
        Case(
            testDescription: "everybody: the fast give up a seventh, and the slow one is not half as late again",
            fastRate: 85...87,
            kinds: [
                Kind(down: 100, up: 75, count: 4, ratio: 1...1.18),
                Kind(down: 50, up: 5, count: 1, ratio: 1...1.02),
            ]),
    ]

    private static let bytes = 64 << 20

    @Test("who comes off worst comes off as well as any plan allows", arguments: cases)
    func choice(example: Case) throws {
        var hosts = [Self.host(1, down: 100, up: 100, isHolder: true)]
        var kinds: [Kind?] = [nil]
        for kind in example.kinds {
            for _ in 0..<kind.count {
                hosts.append(Self.host(hosts.count + 1, down: kind.down, up: kind.up))
                kinds.append(kind)
            }
        }
        let plan = PipelinePlan(PlanInputs(hosts: hosts, bytes: Self.bytes))
        let first = try #require(plan.tiers.first?.plan)
        let rate = Double(first.rate) / 125_000
        #expect(example.fastRate.contains(rate), "the fast get \(rate) Mbit/s")
        for (host, ratio) in Self.ratios(plan) {
            let kind = try #require(kinds[host])
            #expect(kind.ratio.contains(ratio), "host \(host) of \(kind.down) Mbit/s takes \(ratio) of its bound")
        }
        #expect(plan.tiers.flatMap(\.receivers).sorted() == Array(1..<hosts.count), "each is planned once")
    }

    private static func host(_ number: Int, down: Int, up: Int, isHolder: Bool = false) -> PlanInputs.Host {
        PlanInputs.Host(peer: peer(UInt8(number)), up: up * 125_000, down: down * 125_000, isHolder: isHolder)
    }

    /// When each host would be done, over the time that its downlink takes: who gets a part while the fast get everything
    /// has the rest at its full rate after that.
    private static func ratios(_ plan: PipelinePlan) -> [(host: Int, ratio: Double)] {
        guard let first = plan.tiers.first?.plan else { return [] }
        let end = Double(bytes) / Double(first.rate)
        return plan.tiers.flatMap { tier in
            tier.receivers.map { host in
                let down = Double(plan.inputs.hosts[host].down ?? 1)
                let least = Double(bytes) / min(down, 100 * 125_000)
                let rate = tier.plan.map { Double($0.rate) * Double($0.stripes(of: host)) / Double($0.stripes) } ?? 0
                let rest = max(0, Double(bytes) - rate * end)
                return (host, (end + rest / down) / least)
            }
        }
    }
}
