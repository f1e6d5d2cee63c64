import Basics
import Gossip
import Testing

/// Networks that let no datagram through, or only in one direction: sessions take over.
@Suite struct StreamTests {
    @Test(arguments: 1...5 as ClosedRange<UInt64>)
    func peersFindEachOtherWithoutDatagrams(seed: UInt64) throws {
        var network = VirtualNetwork(seed: seed)
        network.isBlocked = true
        network.add(count: 32)
        let took = try #require(network.run(atMost: .seconds(60)) { $0.hasFullView })
        print("join 32 with all datagrams blocked, seed \(seed): \(took.text)")
        #expect(took <= .seconds(10))
        network.run(for: .seconds(120))
        #expect(network.deaths == 0)
        #expect(network.hasFullView)
    }

    @Test func aCrashIsKnownWithoutDatagrams() throws {
        var network = VirtualNetwork(seed: 1)
        network.isBlocked = true
        network.add(count: 32)
        network.run(for: .seconds(30))
        network.crash(9)
        let took = try #require(network.run(atMost: .seconds(30)) { $0.everybody(thinks: .dead, of: 9) })
        print("crash at 32 with all datagrams blocked: known to all after \(took.text)")
        #expect(took <= .seconds(8))
    }

    /// A firewall rule that comes and goes while peers run.
    @Test func datagramsMayStopAndComeBack() {
        var network = VirtualNetwork.settled(32, seed: 2)
        network.isBlocked = true
        network.run(for: .seconds(120))
        #expect(network.deaths == 0)
        #expect(network.hasFullView)
        network.isBlocked = false
        network.run(for: .seconds(40))
        let before = network.streamedMessages
        network.run(for: .seconds(60))
        #expect(network.streamedMessages - before < 10, "datagrams do again")
        #expect(network.deaths == 0)
    }

    @Test func aHostThatDatagramsDoNotReachLives() throws {
        var network = VirtualNetwork.settled(32, seed: 3)
        network.setUnreachable(5, true)
        network.run(for: .seconds(120))
        #expect(network.deaths == 0)
        #expect(network.hasFullView)
        // It hears news as the others do.
        var pulse = VirtualNetwork.pulse
        pulse.nodeCount = 7
        let owner = network.hosts[20].id
        network.input(20, .report(pulse))
        let took = try #require(
            network.run(atMost: .seconds(10)) { $0.hosts[5].machine.view(of: owner)?.pulse?.nodeCount == 7 })
        print("news reaches a host that datagrams do not reach after \(took.text)")
        #expect(took <= .seconds(4))
    }

    @Test func strangersGetNoMoreThanTheySent() {
        let machine = VirtualNetwork.settled(8, seed: 4).hosts[0].machine
        let stranger = PeerID(Digest(bytes: [UInt8](repeating: 9, count: 32))!)
        let away = PeerAddress(ipv4: 198, 51, 100, 7, port: 999)
        let summary = DatagramText(.summary([UInt64](repeating: 1, count: 128)))
        let everything = DatagramText(.page(low: PeerID(.zero), high: nil, []))
        var introduction = DatagramText(.news)
        introduction.add(Notary.sign(stranger, .card, 1 << 32, VirtualNetwork.card(77).encoded()))
        for (datagram, sender) in [(summary, stranger), (everything, stranger), (introduction, stranger)] {
            var machine = machine
            var outputs = Membership.Outputs()
            let bytes = datagram.encoded()
            machine.take(bytes, from: away, sender: sender, now: .origin + .seconds(60), into: &outputs)
            let answered = outputs.all.reduce(0) { sum, output in
                if case .send(.datagram(away), let part) = output { return sum + Int(part.count) }
                return sum
            }
            #expect(answered <= bytes.count)
        }
        // A member's datagram that comes from elsewhere than its card says may be a recording.
        var member = machine
        let known = machine.views.first { !$0.isSelf }!.id
        var outputs = Membership.Outputs()
        let bytes = everything.encoded()
        member.take(bytes, from: away, sender: known, now: .origin + .seconds(60), into: &outputs)
        let answered = outputs.all.reduce(0) { sum, output in
            if case .send(.datagram(away), let part) = output { return sum + Int(part.count) }
            return sum
        }
        #expect(answered <= bytes.count)
        #expect(member.counters.withheldAnswers + UInt64(answered) > 0)
    }
}
