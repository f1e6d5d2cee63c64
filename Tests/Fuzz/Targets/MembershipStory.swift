import Basics
import Gossip

/// A machine that lives through whatever the input says: datagrams as they are and datagrams of a known shape with
/// hostile fields, verdicts, timers, and what the rest of the daemon asks of it. Bounds are looked at after each step.
struct MembershipStory {
    private var input: FuzzInput
    private var machine: Membership
    private var outputs = Membership.Outputs()
    private var now = Instant.origin + .seconds(1)
    private var tickets: [VerificationTicket] = []
    private let members: Int

    static let own = PeerID(Digest(prefix: 3 << 48))
    private static let steps = 200
    /// The most that one input may make a peer send: answers, pages, pushed news, pings, what was asked for.
    private static let datagramsPerStep = 2 * (GossipLimits.answerDatagrams + GossipLimits.pagesPerRound) + 64

    init(_ bytes: UnsafeRawBufferPointer) {
        input = FuzzInput(bytes)
        members = [0, 1, 3, 20, 80][Int(input.byte() % 5)]
        machine = Membership(
            ownID: MembershipStory.own, card: GossipSamples.card(200), pulse: GossipSamples.pulse, epoch: 1, seed: 1)
        _ = machine.begin(now: now) { GossipSamples.record($0.owner, $0.kind, item: $0.item, version: $2, $1) }
        var group = SettledGroup()
        for member in 0..<members {
            group.add(
                GossipSamples.record(GossipSamples.id(member), .card, GossipSamples.card(member).encoded()), now: now)
            group.add(GossipSamples.record(GossipSamples.id(member), .pulse, GossipSamples.pulse.encoded()), now: now)
        }
        group.seal()
        machine.adopt(group, now: now)
    }

    mutating func run() {
        var step = 0
        while !input.isUsedUp, step < MembershipStory.steps {
            next()
            step += 1
        }
        // Whatever happened, the machine can be read.
        _ = machine.views.count
        _ = machine.records(of: .installIntent).count
    }

    private mutating func next() {
        switch input.byte() % 16 {
        case 0, 1: hear(Array(input.take(input.number16() % 1200)))
        case 2...9: hear(datagram())
        case 10: wait(.milliseconds(Int(input.byte())))
        case 11: wait(.seconds(Int(input.byte())))
        case 12: verify()
        case 13: feed(.lostContact(id()))
        case 14:
            var pulse = GossipSamples.pulse
            pulse.freeMemoryMiB = UInt32(input.byte()) << 8
            pulse.nodeCount = UInt16(input.byte())
            feed(.report(pulse))
        default: rare()
        }
    }

    private mutating func rare() {
        switch input.byte() % 8 {
        case 0: feed(.leave)
        case 1: feed(.describe(GossipSamples.card(Int(input.byte()))))
        default:
            let kind = RecordKind(raw: input.byte())
            feed(.announce(kind: kind, item: input.byte(), body: Array(input.take(Int(input.byte())))))
        }
    }

    private mutating func wait(_ duration: Duration) {
        let end = now + duration
        var timers = 0
        while machine.nextDeadline <= end, timers < 64 {
            now = max(now, machine.nextDeadline)
            feed(.timer)
            timers += 1
        }
        now = max(now, end)
        feed(.timer)
    }

    private mutating func verify() {
        let isGood = input.byte() & 1 == 0
        guard !tickets.isEmpty else { return }
        feed(.verified(tickets.removeFirst(), isGood ? .good : .bad))
    }

    // MARK: Datagrams

    private mutating func id() -> PeerID {
        let byte = input.byte()
        switch byte {
        case 0...200: return GossipSamples.id(Int(byte) % max(1, members))
        case 201...220: return MembershipStory.own
        case 221...240: return GossipSamples.id(Int(byte))
        default: return PeerID(input.digest())
        }
    }

    /// Near what is held, or anything.
    private mutating func version() -> UInt64 {
        let byte = input.byte()
        return byte < 128 ? GossipSamples.firstVersion &- 4 &+ UInt64(byte % 16) : input.number64()
    }

    private mutating func datagram() -> [UInt8] {
        var bytes: [UInt8] = []
        let code = MessageCode(rawValue: 1 + input.byte() % 9) ?? .news
        switch code {
        case .ping, .ack, .nack, .pingRequest:
            bytes.append(contentsOf: [0, 0, 0, input.byte()])
            bytes.append(contentsOf: id().digest.bytes)
            if code == .ping || code == .ack { bytes.append(contentsOf: MembershipStory.bytes(version())) }
        case .news: break
        case .answer: bytes.append(input.byte() & 1)
        case .summary: bytes.append(contentsOf: [UInt8](repeating: input.byte(), count: 1024))
        case .want:
            let count = input.byte() % 33
            bytes.append(count)
            for _ in 0..<count { bytes.append(contentsOf: id().digest.bytes + [input.byte() % 8, input.byte() % 64]) }
        case .page: bytes.append(contentsOf: page())
        }
        var outputs = Membership.Outputs()
        var writer = DatagramWriter(code, &outputs) { $0.append(contentsOf: bytes) }
        for _ in 0..<input.byte() % 4 { ride(&writer, &outputs) }
        return outputs.array(writer.finish(outputs))
    }

    /// Entries in order, as a decoder wants them, whatever they say.
    private mutating func page() -> [UInt8] {
        let names = Set((0..<input.byte() % 12).map { _ in id() }).sorted()
        var bytes = Digest.zero.bytes + [0] + Digest.zero.bytes + [UInt8(names.count)]
        for name in names {
            bytes.append(contentsOf: name.digest.bytes + [input.byte() % 4])
            bytes.append(contentsOf: MembershipStory.bytes(version()))
            let kinds = Int(input.byte() % 4)
            bytes.append(UInt8(kinds))
            for kind in 0..<kinds {
                bytes.append(contentsOf: [UInt8(kind + 1), 0] + MembershipStory.bytes(version()))
            }
        }
        return bytes
    }

    private mutating func ride(_ writer: inout DatagramWriter, _ outputs: inout Membership.Outputs) {
        if input.byte() & 1 == 0 {
            let verdict: Claim.Verdict = input.byte() & 1 == 0 ? .suspect : .dead
            let claim = Claim(subject: id(), incarnation: version(), verdict: verdict, accuser: id())
            _ = writer.add(claim, &outputs)
        } else {
            let record = record()
            _ = writer.add(record: record.encoded(), &outputs)
        }
    }

    private mutating func record() -> SignedRecord {
        let owner = id()
        let version = version()
        switch input.byte() % 4 {
        case 0:
            var card = GossipSamples.card(Int(input.byte()))
            card.incarnation = self.version()
            return GossipSamples.record(owner, .card, version: version, card.encoded())
        case 1, 2:
            var pulse = GossipSamples.pulse
            pulse.incarnation = self.version()
            pulse.isLeaving = input.byte() & 7 == 7
            return GossipSamples.record(owner, .pulse, version: version, pulse.encoded())
        default:
            let kind = RecordKind(raw: input.byte())
            let item = input.byte()
            return GossipSamples.record(owner, kind, item: item, version: version, Array(input.take(16)))
        }
    }

    private mutating func hear(_ bytes: [UInt8]) {
        let sender = id()
        let way = input.byte()
        let route: Route =
            way < 200
            ? .datagram(GossipSamples.address(Int(way) % max(1, members)))
            : way < 240 ? .stream(sender) : .datagram(PeerAddress(ipv4: way, 1, 2, 3, port: 9))
        outputs.removeAll()
        bytes.withUnsafeBytes {
            machine.handle(datagram: $0, from: route, sender: sender, now: now, into: &outputs)
        }
        look()
    }

    private mutating func feed(_ event: Membership.Input) {
        outputs.removeAll()
        machine.handle(event, now: now, into: &outputs)
        look()
    }

    /// Does what the shell does, and looks at the bounds.
    private mutating func look() {
        var sent = 0
        var place = 0
        while place < outputs.all.count {
            switch outputs.all[place] {
            case .send(_, let bytes):
                sent += 1
                precondition(bytes.count <= GossipLimits.datagramBytes, "a datagram beyond the limit")
                outputs.withBytes(bytes) { precondition((try? Datagram(decoding: $0)) != nil, "malformed itself") }
            case .verify(let ticket, let bytes):
                precondition((try? SignedRecord(decoding: outputs.array(bytes))) != nil, "no record to verify")
                tickets.append(ticket)
            case .needSigned(let name, let version, let body):
                let record = GossipSamples.record(
                    name.owner, name.kind, item: name.item, version: version, outputs.array(body))
                machine.handle(.publish(record), now: now, into: &outputs)
            case .adoptEpoch, .event: break
            }
            place += 1
        }
        precondition(sent <= MembershipStory.datagramsPerStep, "one input made too many datagrams")
        precondition(machine.nextDeadline > now, "a deadline in the past would spin the shell")
        precondition(machine.presentCount <= GossipLimits.members + 1, "too many members")
        if tickets.count > GossipLimits.pendingVerifications { tickets.removeFirst(tickets.count / 2) }
    }

    private static func bytes(_ number: UInt64) -> [UInt8] { withUnsafeBytes(of: number.bigEndian) { Array($0) } }

    /// Every kind of step with small numbers, and real datagrams as they are.
    @Sendable static func seeds() -> [[UInt8]] {
        var random = RandomSource(seed: 1)
        let stories = (0..<24).map { number in [UInt8(number % 5)] + random.bytes(40 + number * 20) }
        let raw = GossipSamples.datagrams().map { datagram in
            [2, 0, UInt8(datagram.count >> 8), UInt8(truncatingIfNeeded: datagram.count)] + datagram + [
                1, 1, 12, 0, 12, 0,
            ]
        }
        return stories + raw
    }
}
