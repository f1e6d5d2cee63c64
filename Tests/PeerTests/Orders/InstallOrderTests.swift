import Basics
import Peer
import Pipeline
import Testing

/// What a target is told of the plan of its install.
@Suite struct InstallOrderTests {
    private let site: OrderSite

    init() throws { site = try OrderSite(hosts: 1) }

    private static func peer(_ number: UInt8) -> PeerID {
        PeerID(Digest(bytes: [UInt8](repeating: number, count: 32))!)
    }

    private func order(_ plan: FetchPlan, targets: Int = 1, terms: TransferTerms = .usual) -> InstallOrder {
        InstallOrder(
            image: ImageID(.zero), plan: plan, publisher: site.hosts[0].chain, grant: nil, targets: targets,
            terms: terms)
    }

    @Test("the target is told what the image may take of its link", arguments: [nil, 1, 25_000_000, 1 << 40])
    func limit(bytesPerSecond: Int?) throws {
        for priority in TransferPriority.allCases {
            let terms = TransferTerms(limit: bytesPerSecond, priority: priority)
            let order = order(FetchPlan(from: [Self.peer(1)]), terms: terms)
            #expect(try InstallOrder(decoding: order.encoded()).terms == terms)
        }
    }

    @Test("the target gets the plan that was made for it")
    func plan() throws {
        let rich = FetchPlan(
            candidates: [[Self.peer(1), Self.peer(2)], [], [Self.peer(3), Self.peer(2)]], stripeRate: 12_345,
            spare: [1], othersWait: true, deal: 2, far: [Self.peer(2)])
        for plan in [rich, FetchPlan(from: [Self.peer(4)])] {
            #expect(try InstallOrder(decoding: order(plan).encoded()) == order(plan))
        }
    }

    @Test(
        "the more targets there are the less often each says how far it is",
        arguments: [(1, 100), (8, 100), (32, 400), (100, 1_250), (100_000, 2_000)])
    func reports(targets: Int, milliseconds: Int64) throws {
        let order = order(FetchPlan(from: [Self.peer(1)]), targets: targets)
        #expect(order.reportPause == .milliseconds(milliseconds))
        #expect(try InstallOrder(decoding: order.encoded()).reportPause == order.reportPause)
    }

    @Test(
        "any change of a byte is another order or an error, and any bytes are survived", arguments: [1, 2] as [UInt64])
    func hostile(seed: UInt64) throws {
        var random = RandomSource(seed: seed)
        let good = order(FetchPlan(candidates: [[Self.peer(1)], [Self.peer(2), Self.peer(1)]], spare: [0])).encoded()
        let original = try InstallOrder(decoding: good)
        for _ in 0..<2_000 {
            var bytes = good
            let place = Int.random(in: 0..<bytes.count, using: &random)
            bytes[place] ^= UInt8.random(in: 1...255, using: &random)
            if let read = try? InstallOrder(decoding: bytes) { #expect(read != original && read.encoded() == bytes) }
            _ = try? InstallOrder(decoding: Array(bytes.prefix(place)))
        }
    }
}
