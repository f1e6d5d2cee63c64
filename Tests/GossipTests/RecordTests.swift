import Basics
import Gossip
import Testing

/// Signed records: they spread, the highest version wins, forgeries go nowhere.
@Suite struct RecordTests {
    private static let image = ImageID(Digest(bytes: [UInt8](repeating: 7, count: 32))!)

    @Test(arguments: [0.0, 0.01, 0.2])
    func holdingsReachEverybody(loss: Double) throws {
        var network = VirtualNetwork.settled(32, seed: 1)
        network.loss = loss
        var pulse = VirtualNetwork.pulse
        pulse.holdings = [RecordTests.image]
        pulse.holdingCount = 1
        let id = network.hosts[6].id
        network.input(6, .report(pulse))
        let took = try #require(
            network.run(atMost: .seconds(30)) { network in
                network.hosts.allSatisfy { $0.machine.view(of: id)?.pulse?.holdings == [RecordTests.image] }
            })
        print("holdings at \(Int(loss * 100)) % loss: known to all after \(took.text)")
        #expect(took <= .seconds(loss > 0.1 ? 5 : 3))
    }

    @Test func smallChangesAreNotAnnounced() {
        var network = VirtualNetwork.settled(4, seed: 2)
        let before = network.hosts[0].machine.record(of: network.hosts[0].id, kind: .pulse)?.version
        for free in 2000...2100 as ClosedRange<UInt32> {
            var pulse = VirtualNetwork.pulse
            pulse.freeMemoryMiB = free
            network.input(0, .report(pulse))
            network.run(for: .seconds(1))
        }
        #expect(network.hosts[0].machine.record(of: network.hosts[0].id, kind: .pulse)?.version == before)
    }

    @Test func theHighestVersionWinsInAnyOrder() throws {
        var network = VirtualNetwork.settled(4, seed: 3)
        let owner = network.hosts[1]
        let base = try #require(network.hosts[0].machine.record(of: owner.id, kind: .pulse)).version
        let kind = RecordKind(raw: 77)
        let newer = Notary.sign(owner.id, kind, base + 9, [9])
        let older = Notary.sign(owner.id, kind, base + 5, [5])
        for record in [newer, older] {
            var datagram = DatagramText(.news)
            datagram.add(record)
            network.deliver(datagram.encoded(), to: 0, from: 2)
            network.run(for: .milliseconds(5))
        }
        network.run(for: .seconds(5))
        for host in network.hosts where host.id != owner.id {
            #expect(host.machine.record(of: owner.id, kind: kind) == newer)
        }
    }

    @Test func unknownKindsAreCarried() throws {
        var network = VirtualNetwork.settled(16, seed: 4)
        let kind = RecordKind(raw: 200)
        network.input(2, .announce(kind: kind, item: 0, body: [1, 2, 3]))
        network.run(for: .seconds(5))
        for host in network.hosts {
            #expect(host.machine.record(of: network.hosts[2].id, kind: kind)?.body == [1, 2, 3])
        }
        // One that joins afterwards gets it by anti-entropy.
        let late = network.add(seeds: [5])
        network.run(for: .seconds(30))
        #expect(network.hosts[late].machine.record(of: network.hosts[2].id, kind: kind)?.body == [1, 2, 3])
    }

    @Test func forgedRecordsAreRejectedAndNotForwarded() throws {
        var network = VirtualNetwork.settled(8, seed: 5)
        let victim = network.hosts[3]
        let real = try #require(network.hosts[0].machine.record(of: victim.id, kind: .pulse))
        var leaving = VirtualNetwork.pulse
        leaving.isLeaving = true
        leaving.incarnation = GossipLimits.version
        let forged = SignedRecord(
            owner: victim.id, kind: .pulse, version: real.version + 100, body: leaving.encoded(),
            signature: [UInt8](repeating: 1, count: 64))
        var datagram = DatagramText(.news)
        datagram.add(forged)
        let liar = network.hosts[1]
        network.deliver(datagram.encoded(), to: 0, as: .datagram(liar.address), sender: liar.id)
        network.run(for: .seconds(10))
        #expect(network.hosts[0].machine.counters.rejectedRecords == 1)
        for host in network.hosts {
            #expect(host.machine.record(of: victim.id, kind: .pulse) == real)
            #expect(host.machine.view(of: victim.id)?.state == .alive)
            if host.id != network.hosts[0].id { #expect(host.machine.counters.rejectedRecords == 0) }
        }
    }

    @Test func aForgerIsIgnoredForATime() throws {
        var network = VirtualNetwork.settled(4, seed: 6)
        let liar = network.hosts[1]
        for index in 0..<40 as Range<UInt64> {
            var datagram = DatagramText(.news)
            datagram.add(
                SignedRecord(
                    owner: network.hosts[2].id, kind: .pulse, version: 1 << 40 + index, body: [],
                    signature: [UInt8](repeating: 0, count: 64)))
            network.deliver(datagram.encoded(), to: 0, as: .datagram(liar.address), sender: liar.id)
            network.run(for: .milliseconds(2))
        }
        let counters = network.hosts[0].machine.counters
        #expect(counters.rejectedRecords <= 10)
        #expect(counters.mutedRecords >= 30)
        network.run(for: .seconds(10))
        #expect(network.hasFullView)
    }

    @Test func nobodyPublishesForOthersOrUnasked() {
        var network = VirtualNetwork.settled(2, seed: 7)
        let id = network.hosts[0].id
        let before = network.hosts[0].machine.record(of: id, kind: .pulse)
        network.input(0, .publish(Notary.sign(id, .pulse, 1 << 50, VirtualNetwork.pulse.encoded())))
        network.input(0, .publish(Notary.sign(network.hosts[1].id, .pulse, 1 << 50, VirtualNetwork.pulse.encoded())))
        #expect(network.hosts[0].machine.record(of: id, kind: .pulse) == before)
    }

    @Test func aChangedCardReachesEverybody() throws {
        var network = VirtualNetwork.settled(16, seed: 8)
        var card = VirtualNetwork.card(4)
        card.rack = "r9"
        network.input(4, .describe(card))
        let took = try #require(
            network.run(atMost: .seconds(30)) { network in
                network.hosts.allSatisfy { $0.machine.view(of: network.hosts[4].id)?.rack == "r9" }
            })
        print("a changed card: known to all 16 after \(took.text)")
        #expect(took <= .seconds(5))
    }

    @Test func aFirstMeetingNeedsTheCardBeforeOtherRecords() {
        var network = VirtualNetwork.settled(2, seed: 9)
        let stranger = PeerID(Digest(bytes: [UInt8](repeating: 200, count: 32))!)
        var datagram = DatagramText(.news)
        datagram.add(Notary.sign(stranger, .pulse, 1 << 32, VirtualNetwork.pulse.encoded()))
        var outputs = Membership.Outputs()
        var machine = network.hosts[0].machine
        let sender = network.hosts[1]
        machine.take(datagram.encoded(), from: sender.address, sender: sender.id, now: network.now, into: &outputs)
        #expect(!outputs.all.contains { if case .verify = $0 { true } else { false } })
        let wants = outputs.all.compactMap { output -> DatagramText.Message? in
            if case .send(.datagram(sender.address), let bytes) = output {
                return try? DatagramText(decoding: outputs.array(bytes)).message
            }
            return nil
        }
        #expect(wants.contains(.want([RecordName(owner: stranger, kind: .card)])))
        network.run(for: .milliseconds(1))
    }
}
