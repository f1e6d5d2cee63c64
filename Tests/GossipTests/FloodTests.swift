import Basics
import Gossip
import Testing

/// A hostile member floods; tables stay within their limits and the group goes on.
@Suite struct FloodTests {
    /// The largest number of bytes that one input may make us send.
    private static let answerBytes = (GossipLimits.answerDatagrams + 12) * GossipLimits.datagramBytes

    @Test func hostileDatagramsLeaveAMemberStanding() throws {
        var network = VirtualNetwork.settled(8, seed: 1)
        var random = RandomSource(seed: 99)
        let liar = network.hosts[1]
        let ids = network.hosts.map(\.id)
        for _ in 0..<20_000 {
            let bytes = FloodTests.hostile(ids, &random)
            var machine = network.hosts[0].machine
            let before = machine.counters.bytesSent
            var outputs = Membership.Outputs()
            machine.take(bytes, from: liar.address, sender: liar.id, now: network.now, into: &outputs)
            #expect(machine.counters.bytesSent - before <= FloodTests.answerBytes)
            network.deliver(bytes, to: 0, as: .datagram(liar.address), sender: liar.id)
            network.run(for: .microseconds(500))
        }
        network.run(for: .seconds(40))
        #expect(network.hasFullView)
        #expect(network.deaths == 0)
        print("flood: \(network.hosts[0].machine.counters)")
    }

    private static func hostile(_ ids: [PeerID], _ random: inout RandomSource) -> [UInt8] {
        func id() -> PeerID {
            Bool.random(using: &random) ? ids.randomElement(using: &random)! : PeerID(Digest(bytes: random.bytes(32))!)
        }
        let message: DatagramText.Message
        switch Int.random(in: 0...7, using: &random) {
        case 0: message = .ping(sequence: 1, target: id())
        case 1: message = .ack(sequence: UInt32.random(in: 0...100, using: &random), subject: id())
        case 2: message = .pingRequest(sequence: 5, target: id())
        case 3: message = .want((0..<32).map { _ in RecordName(owner: id(), kind: .card) })
        case 4:
            let entries = Set((0..<10).map { _ in id() }).sorted().map {
                DatagramText.Entry(
                    id: $0, state: MemberState.allCases.randomElement(using: &random)!,
                    incarnation: random.next() >> UInt64.random(in: 1...40, using: &random),
                    versions: [.init(kind: .card, version: random.next() >> 1)])
            }
            message = .page(low: PeerID(.zero), high: nil, entries)
        case 5: message = .answer(more: true)
        case 6: message = .nack(sequence: 3, subject: id())
        default: message = .news
        }
        var datagram = DatagramText(message)
        for _ in 0..<Int.random(in: 0...4, using: &random) {
            let incarnation = Bool.random(using: &random) ? (1 << 32) + 1 : random.next() >> 1
            datagram.add(Claim(subject: id(), incarnation: incarnation, verdict: .dead, accuser: id()))
        }
        for _ in 0..<Int.random(in: 0...3, using: &random) {
            datagram.add(
                SignedRecord(
                    owner: id(), kind: RecordKind(raw: UInt8.random(in: 1...9, using: &random)),
                    version: max(1, random.next() >> 1), body: random.bytes(20), signature: random.bytes(64)))
        }
        var bytes = datagram.encoded()
        if Int.random(in: 0...3, using: &random) == 0 {
            bytes[Int.random(in: bytes.indices, using: &random)] ^= UInt8.random(in: 1...255, using: &random)
        }
        return bytes
    }

    @Test func membersWithValidCardsFillTheTableAndNoMore() {
        var machine = FloodTests.machine()
        var outputs = Membership.Outputs()
        var random = RandomSource(seed: 3)
        var now = Instant.origin + .seconds(1)
        machine.handle(.start(seeds: []), now: now, into: &outputs)
        for index in 0..<GossipLimits.members + 200 {
            let id = PeerID(Digest(bytes: random.bytes(32))!)
            var datagram = DatagramText(.news)
            datagram.add(Notary.sign(id, .card, 1 << 32, VirtualNetwork.card(index % 2000).encoded()))
            FloodTests.feed(&machine, datagram, from: id, at: now)
            now = now + .microseconds(10)
        }
        #expect(machine.presentCount == GossipLimits.members + 1)
        #expect(machine.counters.droppedMembers >= 200)
    }

    @Test func unansweredChecksAreBounded() {
        var machine = FloodTests.machine()
        var outputs = Membership.Outputs()
        var random = RandomSource(seed: 4)
        let now = Instant.origin + .seconds(1)
        machine.handle(.start(seeds: []), now: now, into: &outputs)
        func flood(_ at: Instant) -> Int {
            outputs.removeAll()
            for _ in 0..<20 {
                let sender = PeerID(Digest(bytes: random.bytes(32))!)
                for _ in 0..<150 {
                    let id = PeerID(Digest(bytes: random.bytes(32))!)
                    var datagram = DatagramText(.news)
                    datagram.add(Notary.sign(id, .card, 1, VirtualNetwork.card(1).encoded()))
                    machine.take(
                        datagram.encoded(), from: VirtualNetwork.address(3), sender: sender, now: at, into: &outputs)
                }
            }
            return outputs.all.count { if case .verify = $0 { true } else { false } }
        }
        #expect(flood(now) == GossipLimits.pendingVerifications)
        #expect(flood(now + .milliseconds(1)) == 0)
        // A shell that never answers does not block for ever.
        machine.handle(.timer, now: now + .seconds(30), into: &outputs)
        #expect(flood(now + .seconds(31)) == GossipLimits.pendingVerifications)
    }

    @Test func unknownKindsOfAnOwnerAreBounded() throws {
        var network = VirtualNetwork.settled(2, seed: 5)
        let owner = network.hosts[1]
        for kind in 10..<30 as Range<UInt8> {
            var datagram = DatagramText(.news)
            datagram.add(Notary.sign(owner.id, RecordKind(raw: kind), 1 << 40, [1]))
            network.deliver(datagram.encoded(), to: 0, as: .datagram(owner.address), sender: owner.id)
            network.run(for: .milliseconds(1))
        }
        let held = (10..<30).count { network.hosts[0].machine.record(of: owner.id, kind: RecordKind(raw: $0)) != nil }
        #expect(held == GossipLimits.unknownKindsPerOwner)
        #expect(network.hosts[0].machine.counters.droppedRecords > 0)
    }

    @Test func pingsAreAnsweredQuickly() {
        var network = VirtualNetwork.settled(100, seed: 6)
        network.run(for: .seconds(20))
        var machine = network.hosts[0].machine
        let ping = DatagramText(.ping(sequence: 1, target: machine.ownID)).encoded()
        var outputs = Membership.Outputs()
        let rounds = 20_000
        let took = ContinuousClock().measure {
            for round in 0..<rounds {
                let sender = network.hosts[1 + round % 99]
                outputs.removeAll()
                machine.take(ping, from: sender.address, sender: sender.id, now: network.now, into: &outputs)
            }
        }
        print("pings answered a second, 100 members: \(Int(Double(rounds) / took.inSeconds))")
        #expect(took < .seconds(10))
    }

    @Test func versionsBeyondTheLimitDoNotDecode() {
        let record = SignedRecord(
            owner: PeerID(.zero), kind: .pulse, version: .max, body: [], signature: [UInt8](repeating: 0, count: 64))
        #expect(throws: DecodeError.self) { try SignedRecord(decoding: record.encoded()) }
    }

    private static func machine() -> Membership {
        Membership(
            ownID: PeerID(.zero), card: VirtualNetwork.card(0), pulse: VirtualNetwork.pulse, epoch: 1, seed: 1)
    }

    private static func feed(
        _ machine: inout Membership, _ datagram: DatagramText, from sender: PeerID, at now: Instant
    ) {
        var outputs = Membership.Outputs()
        machine.take(datagram.encoded(), from: VirtualNetwork.address(3), sender: sender, now: now, into: &outputs)
        for output in outputs.all {
            if case .verify(let ticket, let bytes) = output {
                let isGood = (try? SignedRecord(decoding: outputs.array(bytes))).map(Notary.isGood) ?? false
                var ignored = Membership.Outputs()
                machine.handle(.verified(ticket, isGood ? .good : .bad), now: now, into: &ignored)
            }
        }
    }
}
