import Basics
import Peer
import Pipeline
import Testing

/// What a target is told of the plan of its install.
@Suite struct InstallOrderTests {
    private static func peer(_ number: UInt8) -> PeerID {
        PeerID(Digest(bytes: [UInt8](repeating: number, count: 32))!)
    }

    private static func order(_ plan: FetchPlan, targets: Int = 1) throws -> InstallOrder {
        let image = try #require(ImageID(hex: String(repeating: "ab", count: 32)))
        let order = InstallOrder(image: image, plan: plan, publisher: "", grant: nil, targets: targets)
        return try JSON.decode(InstallOrder.self, from: JSON.encode(order), "an order")
    }

    @Test("the target gets the plan that was made for it")
    func plan() throws {
        let plan = FetchPlan(
            candidates: [[Self.peer(1), Self.peer(2)], [Self.peer(3), Self.peer(2)]], stripeRate: 12_345, spare: [1],
            othersWait: true, deal: 2, far: [Self.peer(2)])
        #expect(try Self.order(plan).plan == plan)
        let plain = FetchPlan(from: [Self.peer(4)])
        #expect(try Self.order(plain).plan == plain)
    }

    @Test(
        "the more targets there are the less often each says how far it is",
        arguments: [(1, 100), (8, 100), (32, 400), (100, 1_250), (100_000, 2_000)])
    func reports(targets: Int, milliseconds: Int64) throws {
        let order = try Self.order(FetchPlan(from: [Self.peer(1)]), targets: targets)
        #expect(order.reportPause == .milliseconds(milliseconds))
    }

    @Test("what cannot be meant is bounded or left out")
    func hostile() throws {
        func order(_ fields: String) throws -> InstallOrder {
            let peers = #""peers":["\#(Self.peer(1))"],"stripes":[[0]],"stripeRate":1,"publisher":"","image":"00""#
            return try JSON.decode(InstallOrder.self, from: Array("{\(peers),\(fields)}".utf8), "an order")
        }
        #expect(try order(#""reportMilliseconds":-9223372036854775808"#).reportPause == .milliseconds(100))
        #expect(try order(#""reportMilliseconds":9223372036854775807"#).reportPause == .seconds(2))
        #expect(try order(#""far":[-1,0,1,9223372036854775807]"#).plan?.far.isSubset(of: [Self.peer(1)]) == true)
    }
}
