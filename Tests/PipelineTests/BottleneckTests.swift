import Basics
import Pipeline
import Testing

@Suite("What holds one host back")
struct BottleneckTests {
    /// 40 Mbit/s in bytes per second.
    private static let link: Int64 = 5_000_000

    private func figures(
        receives: Bool = true, in inRate: Int64 = 2_000_000, out: Int64 = 0, knows: Bool = true,
        _ change: (inout FlowShares) -> Void = { _ in }
    ) -> FlowFigures {
        var shares = FlowShares()
        change(&shares)
        return FlowFigures(
            isReceiving: receives, inRate: receives ? inRate : 0, outRate: out, down: knows ? Self.link : nil,
            up: knows ? Self.link : nil, plannedIn: Self.link, plannedOut: Self.link, shares: shares)
    }

    @Test("who takes all that comes waits for its parents")
    func parent() {
        #expect(Bottleneck(figures()) == .parent(rate: 2_000_000, planned: Self.link))
        #expect(Bottleneck(figures(in: 0, knows: false))?.cause == .parent)
    }

    @Test("bytes come as fast as its own link brings them")
    func netIn() {
        #expect(Bottleneck(figures(in: 4_700_000)) == .netIn(rate: 4_700_000, of: Self.link))
        #expect(Bottleneck(figures(in: 4_700_000, knows: false))?.cause == .parent, "no limit is known to be near")
    }

    @Test("children wait for its sockets, and it sends what its link takes")
    func netOut() {
        let full = figures(in: 4_700_000, out: 4_800_000) { $0.blocked = 0.9 }
        #expect(Bottleneck(full) == .netOut(rate: 4_800_000, of: Self.link), "who waits is behind it")
        let source = figures(receives: false, out: 4_800_000) { $0.blocked = 1 }
        #expect(Bottleneck(source)?.cause == .netOut)
        let unknown = figures(receives: false, out: 900_000, knows: false) { $0.blocked = 1 }
        #expect(Bottleneck(unknown) == .netOut(rate: 900_000, of: nil))
        let unblocked = figures(receives: false, out: 4_800_000) { $0.blocked = 0.1 }
        #expect(Bottleneck(unblocked) == nil, "its children take all they want")
    }

    @Test("a source whose link has room is held back by what lies behind it")
    func beyondOwnLink() throws {
        let found = try #require(Bottleneck(figures(receives: false, out: 1_000_000) { $0.blocked = 1 }))
        #expect(found == .netOut(rate: 1_000_000, of: Self.link))
        #expect(found.isBeyondOwnLink)
        // A relay with one slow child still waits for its own parents.
        #expect(Bottleneck(figures(out: 1_000_000) { $0.blocked = 1 })?.cause == .parent)
    }

    @Test("the store, when credit is withheld or children wait for reads")
    func disk() {
        #expect(Bottleneck(figures { $0.full = 0.4 }) == .disk(.writing, share: 0.4))
        #expect(Bottleneck(figures(receives: false) { $0.reading = 0.7 }) == .disk(.reading, share: 0.7))
        #expect(Bottleneck(figures { $0.full = 0.1 })?.cause == .parent)
    }

    @Test("the processor: of the loop, of the peer, and of the machine where the plan is not kept")
    func processor() {
        #expect(Bottleneck(figures { $0.loop = 0.95 }) == .cpu(.loop, share: 0.95))
        #expect(Bottleneck(figures { $0.process = 0.9 }) == .cpu(.process, share: 0.9))
        // A full store of a host without processor time is no slow disk.
        #expect(
            Bottleneck(
                figures {
                    $0.process = 0.9
                    $0.full = 1
                })?.cause == .cpu)
        #expect(
            Bottleneck(
                figures {
                    $0.pressure = 0.9
                    $0.full = 1
                })?.cause == .cpu)
        #expect(Bottleneck(figures { $0.pressure = 0.9 }) == .cpu(.machine, share: 0.9))
        var kept = figures(in: 4_500_000, knows: false) { $0.pressure = 0.9 }
        #expect(Bottleneck(kept)?.cause == .parent, "a busy machine that keeps up")
        kept.plannedIn = nil
        #expect(Bottleneck(kept)?.cause == .cpu)
        #expect(Bottleneck(figures(receives: false) { $0.pressure = 0.9 }) == nil, "it has nothing to do")
    }

    @Test("shares of others are brought into their range")
    func bounded() {
        var shares = FlowShares()
        shares.blocked = -1
        shares.loop = 7
        shares.full = .nan
        shares.pressure = .infinity
        let bounded = shares.bounded
        #expect(bounded.blocked == 0 && bounded.loop == 1 && bounded.full == 0 && bounded.pressure == 1)
    }
}

@Suite("What holds a whole flow back")
struct FlowBottleneckTests {
    private static let link: Int64 = 5_000_000

    private func host(
        receives: Bool = true, in inRate: Int64 = 0, out: Int64 = 0, planned: (in: Int64, out: Int64)? = nil,
        blocked: Double = 0, up: Int64 = link, down: Int64 = link, children: [Int] = []
    ) -> FlowBottleneck.Host {
        var shares = FlowShares()
        shares.blocked = blocked
        return FlowBottleneck.Host(
            FlowFigures(
                isReceiving: receives, inRate: inRate, outRate: out, down: down, up: up, plannedIn: planned?.in,
                plannedOut: planned?.out, shares: shares), children: children)
    }

    @Test("a source with a thin uplink, for which all others wait, whatever they pass on to each other")
    func source() {
        let hosts = [
            host(receives: false, out: 950_000, blocked: 1, up: 1_000_000, children: [1, 2]),
            host(in: 950_000, out: 950_000, children: [2, 3]), host(in: 950_000, out: 900_000, children: [1, 3]),
            host(in: 950_000),
        ]
        let found = FlowBottleneck(hosts)
        #expect(found?.host == 0)
        #expect(found?.bottleneck == .netOut(rate: 950_000, of: 1_000_000))
        #expect(found?.waiting == 3)
    }

    @Test("of two at their limits the one that is behind its plan")
    func behindPlan() {
        let planned: (in: Int64, out: Int64) = (4_800_000, 4_800_000)
        let hosts = [
            host(
                receives: false, out: 4_700_000, planned: planned, blocked: 1, children: [1]),
            // The plan took it for faster than it is.
            host(in: 4_700_000, out: 900_000, planned: planned, blocked: 1, up: 1_000_000, children: [2]),
            host(in: 900_000, planned: planned),
        ]
        let found = FlowBottleneck(hosts)
        #expect(found?.host == 1 && found?.waiting == 1)
    }

    @Test("a slow receiver that nobody waits for is not what holds back the others")
    func slowLeaf() {
        let hosts = [
            host(receives: false, out: 4_800_000, planned: (0, 4_800_000), blocked: 1, children: [1, 2, 3]),
            host(in: 4_000_000 - 200_000, planned: (3_900_000, 0)), host(in: 3_800_000, planned: (3_900_000, 0)),
            host(in: 480_000, planned: (500_000, 0), down: 500_000),
        ]
        #expect(FlowBottleneck(hosts)?.host == 0)
    }

    @Test("nobody is at a limit of its own")
    func nobody() {
        #expect(FlowBottleneck([]) == nil)
        #expect(FlowBottleneck([host(receives: false, children: [1]), host(in: 100)]) == nil)
    }

    @Test("of thousands at their limits the holder is found, soon", .timeLimit(.minutes(1)))
    func many() {
        var hosts = (0..<4_096).map { number in
            host(
                in: 4_000_000, out: 4_900_000, blocked: 1,
                children: (1...32).map { (number * 7 + $0 * 131) % 4_096 })
        }
        hosts[4_000] = host(receives: false, out: 4_500_000, blocked: 1, children: [1])
        hosts[17] = host(in: 2_000_000)
        let found = FlowBottleneck(hosts)
        #expect(found?.waiting == 1)
        #expect(found?.bottleneck.cause == .netOut)
    }

    @Test("rings and children that are no hosts are survived")
    func oddEdges() {
        let hosts = [
            host(receives: false, out: 4_800_000, blocked: 1, children: [0, 1, 99, -1]), host(in: 9, children: [0, 1]),
        ]
        #expect(FlowBottleneck(hosts)?.waiting == 1)
    }
}

@Suite("What a plan promises")
struct PlanPredictionTests {
    @Test("the finish is behind the bound, and rates are what hosts get and give")
    func promise() throws {
        let hosts = (0..<6).map {
            PlanInputs.Host(peer: peer(UInt8($0)), up: 1_000_000, down: 1_000_000, isHolder: $0 == 0)
        }
        let prediction = try #require(PlanPrediction(PlanInputs(hosts: hosts, bytes: 20_000_000)))
        let finish = try #require(prediction.finish)
        let bound = try #require(prediction.bound)
        #expect(abs(bound - 20) < 0.01)
        #expect(finish >= bound && finish < bound * 1.1, "\(finish)")
        #expect(prediction.rate > 900_000 && prediction.stripes >= 1)
        var sum: (in: Int64, out: Int64) = (0, 0)
        for number in 0..<6 {
            let rates = try #require(prediction.rates(of: peer(UInt8(number))))
            #expect(rates.out <= 1_000_000)
            sum.in += rates.in
            sum.out += rates.out
        }
        #expect(prediction.rates(of: peer(0))?.in == 0)
        #expect(abs(sum.in - sum.out) < 100, "what comes somewhere goes from somewhere: \(sum)")
        #expect(prediction.rates(of: peer(9)) == nil)
    }

    @Test("without a holder or a receiver nothing is promised")
    func nobody() {
        let receiver = PlanInputs.Host(peer: peer(1), up: 1, down: 1)
        #expect(PlanPrediction(PlanInputs(hosts: [receiver], bytes: 1_000)) == nil)
        #expect(PlanPrediction(PlanInputs(hosts: [], bytes: 1_000)) == nil)
        let holder = PlanInputs.Host(peer: peer(1), isHolder: true)
        #expect(PlanPrediction(PlanInputs(hosts: [holder], bytes: 1_000)) == nil)
    }

    @Test("a slow receiver is predicted for itself, and the last host counts")
    func tiers() throws {
        var hosts = (0..<5).map {
            PlanInputs.Host(peer: peer(UInt8($0)), up: 1_000_000, down: 1_000_000, isHolder: $0 == 0)
        }
        hosts[4].down = 100_000
        let prediction = try #require(PlanPrediction(PlanInputs(hosts: hosts, bytes: 10_000_000)))
        #expect(try #require(prediction.rates(of: peer(4))).in <= 100_000)
        #expect(try #require(prediction.rates(of: peer(1))).in > 500_000)
        #expect(try #require(prediction.finish) >= 100)
        #expect(abs(try #require(prediction.bound) - 100) < 1)
    }
}
