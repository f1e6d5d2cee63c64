import Basics
import Gossip
import Testing

/// How peers find each other.
@Suite struct JoinTests {
    @Test(arguments: [(4, 3.0), (8, 3.0), (32, 3.0), (100, 6.0)])
    func peersThatStartTogetherReachAFullView(count: Int, limit: Double) throws {
        var worst = Duration.zero
        for seed in 1...5 as ClosedRange<UInt64> {
            var network = VirtualNetwork(seed: seed)
            network.add(count: count)
            let took = try #require(network.run(atMost: .seconds(30)) { $0.hasFullView }, "seed \(seed)")
            worst = max(worst, took)
            #expect(took.inSeconds <= limit, "seed \(seed)")
            let perPeer = network.sentBytes / count / 1000
            print("join \(count) seed \(seed): full view after \(took.text), \(perPeer) kB sent a peer")
            #expect(network.largestDatagram <= GossipLimits.datagramBytes)
            #expect(network.deaths == 0)
        }
        print("join of \(count): worst \(worst.text)")
    }

    @Test(arguments: [(0.01, 5.0), (0.2, 10.0)])
    func joinSurvivesLoss(loss: Double, limit: Double) throws {
        for seed in 1...5 as ClosedRange<UInt64> {
            var network = VirtualNetwork(seed: seed)
            network.loss = loss
            network.add(count: 32)
            let took = try #require(
                network.run(atMost: .seconds(60)) { network in
                    network.running.allSatisfy { $0.machine.presentCount == 32 }
                })
            print("join 32 at \(Int(loss * 100)) % loss, seed \(seed): \(took.text)")
            #expect(took.inSeconds <= limit)
        }
    }

    @Test func oneMorePeerIsKnownToAllSoon() throws {
        var network = VirtualNetwork.settled(32, seed: 7)
        network.add(seeds: [3])
        let took = try #require(network.run(atMost: .seconds(10)) { $0.hasFullView })
        print("one more joins 32: \(took.text)")
        #expect(took <= .seconds(2))
    }

    @Test func aSeedThatStartsLaterIsFound() throws {
        var network = VirtualNetwork(seed: 8)
        network.add(seeds: [0], after: .seconds(20))
        network.add(seeds: [0])
        network.run(for: .seconds(20))
        #expect(try #require(network.run(atMost: .seconds(10)) { $0.hasFullView }) <= .seconds(6))
    }

    @Test func viewsAreSortedAndCarryCardAndPulse() throws {
        let network = VirtualNetwork.settled(8, seed: 9)
        let views = network.hosts[0].machine.views
        #expect(views.count == 8)
        #expect(views.map(\.id) == views.map(\.id).sorted())
        #expect(views.filter(\.isSelf).map(\.id) == [network.hosts[0].id])
        let other = try #require(network.hosts[0].machine.view(of: network.hosts[5].id))
        #expect(other.name == "h5")
        #expect(other.address == VirtualNetwork.address(5))
        #expect(other.site == "tokyo")
        #expect(other.rack == "r1")
        #expect(other.pulse?.freeMemoryMiB == 2048)
        #expect(other.roundTrip != nil)
        #expect(network.hosts[0].machine.card(of: other.id)?.certificate.count == 520)
        #expect(network.hosts[0].machine.view(of: PeerID(.zero)) == nil)
    }

    @Test func quietTrafficIsSmall() {
        var network = VirtualNetwork.settled(32, seed: 10, for: .seconds(60))
        let before = network.sentBytes
        network.run(for: .seconds(60))
        let rate = (network.sentBytes - before) / 32 / 60
        print("quiet traffic at 32: \(rate) bytes/s sent a peer")
        #expect(rate < 2000)
        #expect(network.deaths == 0)
    }
}
