import Basics
import Peer
import Pipeline
import Testing

/// Answers of hosts become one report; what hosts say may be anything.
@Suite struct FlowMergeTests {
    private static let image = ImageID(Digest(bytes: [UInt8](repeating: 7, count: 32))!)

    private func id(_ number: UInt8) -> PeerID {
        PeerID(Digest(bytes: [UInt8](repeating: 0, count: 31) + [number])!)
    }

    /// A source with an uplink of 8 Mbit/s and two hosts that wait for it.
    private func members() -> [FlowMerge.Member] {
        var source = FlowAnswer(.holder)
        source.outRate = 950_000
        source.shares.blocked = 1
        source.children = [
            FlowAnswer.Edge(peer: id(1), bytes: 4_000, rate: 500_000, stripes: 0),
            FlowAnswer.Edge(peer: id(2), bytes: 4_000, rate: 450_000, stripes: 0),
        ]
        var first = FlowAnswer(.receiving)
        (first.bytes, first.total, first.inRate, first.elapsed) = (2_000_000, 10_000_000, 800_000, 4)
        first.parents = [FlowAnswer.Edge(peer: id(0), bytes: 2_000_000, rate: 800_000, stripes: 2)]
        var second = FlowAnswer(.receiving)
        (second.bytes, second.total, second.elapsed) = (0, 10_000_000, 3)
        return [
            FlowMerge.Member(peer: id(0), name: "h0", up: 1_000_000, down: 5_000_000, answer: source),
            FlowMerge.Member(peer: id(2), name: "h2", up: 5_000_000, down: 5_000_000, answer: second),
            FlowMerge.Member(peer: id(1), name: "h1", up: 5_000_000, down: 5_000_000, answer: first),
            FlowMerge.Member(peer: id(3), name: "h3", up: nil, down: nil, answer: FlowAnswer(.nothing)),
            FlowMerge.Member(peer: id(4), name: "h4", up: nil, down: nil, answer: nil),
        ]
    }

    @Test("rows by name, edges with names, an ETA, and who slows the flow")
    func report() throws {
        let report = FlowMerge(members(), plan: nil).report(of: Self.image, name: "disk")
        #expect(report.hosts.map(\.host) == ["h0", "h1", "h2"])
        #expect(report.silent == ["h4"])
        #expect(report.isFlowing)
        #expect(report.elapsed == 4)
        let first = report.hosts[1]
        #expect(first.eta == 10)
        #expect(first.from.map(\.host) == ["h0"] && first.from[0].stripes == 2)
        #expect(first.limit?.words == "parent, 6.4 Mbit/s came")
        #expect(report.hosts[2].eta == nil, "nothing came lately: nobody can tell")
        let slowest = try #require(report.bottleneck)
        #expect(slowest.host == "h0" && slowest.limit.cause == "net out")
        #expect(slowest.sentence == "h0 slows the flow: net out, 7.6 of 8 Mbit/s sent; 2 hosts wait for it")
        #expect(report.plan == nil)
    }

    @Test("the plan's promise and what it has for each host")
    func plan() throws {
        let hosts = (0..<3).map {
            PlanInputs.Host(peer: id(UInt8($0)), up: 1_000_000, down: 5_000_000, isHolder: $0 == 0)
        }
        let prediction = PlanPrediction(PlanInputs(hosts: hosts, bytes: 10_000_000))
        let report = FlowMerge(members(), plan: prediction).report(of: Self.image, name: nil)
        let plan = try #require(report.plan)
        #expect(plan.isMeasured && plan.rate > 0)
        #expect(try #require(plan.predicted) >= 10 && abs(try #require(plan.bound) - 10) < 0.1)
        #expect(try #require(report.hosts[1].plannedIn) == plan.rate)
        #expect(report.hosts[1].limit?.words == "parent, 6.4 of planned 8 Mbit/s came")
    }

    @Test("an answer with absurd figures and too many edges is brought into bounds")
    func bounds() throws {
        var answer = FlowAnswer(.receiving)
        (answer.bytes, answer.total, answer.inRate, answer.outRate) = (-5, .max, .min, .max)
        answer.elapsed = -1
        answer.reason = String(repeating: "x", count: 100_000)
        answer.parents = (0..<5_000).map { _ in FlowAnswer.Edge(peer: id(9), bytes: .min, rate: .max, stripes: .max) }
        let bounded = answer.bounded
        #expect(bounded.bytes == 0 && bounded.total == 1 << 60 && bounded.inRate == 0 && bounded.elapsed == 0)
        #expect(bounded.parents.count == PeerLimits.flowEdges)
        #expect(bounded.parents[0].bytes == 0 && bounded.parents[0].stripes == PipelineLimits.stripes)
        #expect(bounded.reason?.count == PeerLimits.reasonCharacters)
        let member = FlowMerge.Member(peer: id(0), name: "h", up: .max, down: 0, answer: answer)
        let report = FlowMerge([member, member], plan: nil).report(of: Self.image, name: nil)
        #expect(!JSON.encode(report).isEmpty)
        #expect(JSON.encode(bounded).count <= PeerLimits.flowAnswerBytes)
    }

    private static let samples: [[UInt8]] = [
        #"{"bytes":1,"children":[],"elapsed":0.5,"inRate":7,"outRate":0,"parents":[{"bytes":1,"peer":"00","rate":2,"stripes":3}],"shares":{"blocked":0,"full":0,"loop":0,"process":0,"reading":0},"state":"receiving","total":5}"#,
        #"{"bytes":-9223372036854775808,"children":[],"outRate":9223372036854775807,"parents":[],"shares":{"blocked":1e308,"full":-1,"loop":0,"process":0,"reading":0,"pressure":2},"state":"none","total":0}"#,
        #"{"image":"00"}"#,
    ].map { Array($0.utf8) }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func arbitraryAndMutatedAnswersAreSurvived(seed: UInt64) {
        var random = RandomSource(seed: seed)
        for round in 0..<400 {
            var bytes = Self.samples[round % Self.samples.count]
            if round > 3 {
                for _ in 0..<2 {
                    bytes[Int.random(in: 0..<bytes.count, using: &random)] = .random(in: 0x20...0x7E, using: &random)
                }
            }
            _ = try? JSON.decode(FlowCall.self, from: bytes, "a call")
            guard let answer = try? JSON.decode(FlowAnswer.self, from: bytes, "an answer") else { continue }
            let member = FlowMerge.Member(peer: id(0), name: "h0", up: 1, down: nil, answer: answer)
            _ = JSON.encode(FlowMerge([member], plan: nil).report(of: Self.image, name: nil))
        }
    }

    @Test func whatTheKernelSaysOfPressure() {
        #expect(
            ProcessorPressure.waited(inLine: "some avg10=41.20 avg60=22.16 avg300=13.74 total=13840614853\n")
                == 13_840_614_853)
        for line in ["", "full total=1", "some", "some total=", "some total=x", "some total=99999999999999999999"] {
            #expect(ProcessorPressure.waited(inLine: line) == nil, "\(line)")
        }
    }
}
