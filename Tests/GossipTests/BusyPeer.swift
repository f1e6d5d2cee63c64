import Basics
import Gossip

/// One member that hears a ``MessageMix`` in virtual time, and what its shell does for it: checks signatures, runs its
/// timer, answers its pings as others would. It takes no memory of its own, so that all that is counted is the machine's.
struct BusyPeer {
    private(set) var machine: Membership
    private(set) var now = Instant.origin + .seconds(100)
    /// How many inputs there were: datagrams, verdicts and timers.
    private(set) var inputs = 0
    private(set) var datagrams = 0

    private let mix: MessageMix
    private var outputs = Membership.Outputs()
    private var tickets: [VerificationTicket] = []
    /// Pings and requests for probes that went out, and who is to answer.
    private var asked: [Question] = []
    private let members: [PeerAddress: Int]
    /// Answers whose sequence and subject are filled in.
    private var ack: [UInt8]
    private var nack: [UInt8]
    /// The machine's last summary, as a peer that holds the same sends it back.
    private var summary: [UInt8] = []

    private struct Question {
        let code: MessageCode
        let sequence: (UInt8, UInt8, UInt8, UInt8)
        /// Who was asked, and about whom.
        let member: Int
        let target: PeerID
    }

    static let id = PeerID(Digest(bytes: [UInt8](repeating: 0x7F, count: 32))!)
    private static let step = Duration.milliseconds(1)
    private static let sequenceAt = 2
    private static let subjectAt = 6

    init(_ mix: MessageMix) {
        self.mix = mix
        machine = Membership(
            ownID: BusyPeer.id, card: VirtualNetwork.card(2000), pulse: VirtualNetwork.pulse, epoch: 1, seed: 7)
        let seeds = [VirtualNetwork.address(0), VirtualNetwork.address(3000)]
        machine.handle(.start(seeds: seeds), now: now, into: &outputs)
        for output in outputs.all {
            guard case .needSigned(let name, let version, let body) = output else { continue }
            let record = Notary.sign(name.owner, name.kind, item: name.item, version, outputs.array(body))
            var ignored = Membership.Outputs()
            machine.handle(.publish(record), now: now, into: &ignored)
        }
        var group = SettledGroup()
        for member in mix.settled { for record in member { group.add(record, now: now) } }
        group.seal()
        machine.adopt(group, now: now)
        members = Dictionary(uniqueKeysWithValues: mix.ids.indices.map { (VirtualNetwork.address($0), $0) })
        ack = DatagramText(.ack(sequence: 0, subject: BusyPeer.id)).encoded()
        nack = DatagramText(.nack(sequence: 0, subject: BusyPeer.id)).encoded()
        tickets.reserveCapacity(GossipLimits.pendingVerifications)
        asked.reserveCapacity(256)
        summary.reserveCapacity(GossipLimits.datagramBytes)
    }

    /// Hears some messages, one a millisecond.
    mutating func hear(_ range: Range<Int>) {
        for number in range {
            now = now + BusyPeer.step
            if machine.nextDeadline <= now { feed { $0.handle(.timer, now: $1, into: &$2) } }
            let sender = mix.messages[number].sender
            hear(mix.messages[number].bytes, from: sender)
            checkSignatures()
            answerQuestions()
            // What it sent a moment ago comes back from somebody who holds the same.
            if summary.count > 0, number % 16 == 0 {
                hear(summary, from: sender)
                summary.removeAll(keepingCapacity: true)
            }
        }
    }

    private mutating func hear(_ bytes: [UInt8], from member: Int) {
        let id = mix.ids[member]
        datagrams += 1
        feed { machine, now, outputs in
            bytes.withUnsafeBytes {
                machine.handle(
                    datagram: $0, from: .datagram(VirtualNetwork.address(member)), sender: id, now: now, into: &outputs)
            }
        }
    }

    private mutating func feed(_ handle: (inout Membership, Instant, inout Membership.Outputs) -> Void) {
        inputs += 1
        outputs.removeAll()
        handle(&machine, now, &outputs)
        for index in outputs.all.indices {
            switch outputs.all[index] {
            case .verify(let ticket, _): tickets.append(ticket)
            case .send(.datagram(let address), let bytes): outputs.withBytes(bytes) { noteSent($0, to: address) }
            case .send, .needSigned, .adoptEpoch, .event: break
            }
        }
    }

    private mutating func noteSent(_ bytes: UnsafeRawBufferPointer, to address: PeerAddress) {
        let code = MessageCode(rawValue: bytes[1])
        if code == .summary {
            summary.removeAll(keepingCapacity: true)
            summary.append(contentsOf: bytes)
        }
        guard let code, code == .ping || code == .pingRequest, asked.count < asked.capacity,
            let member = members[address]
        else { return }
        let at = BusyPeer.sequenceAt
        asked.append(
            Question(
                code: code, sequence: (bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]), member: member,
                target: PeerID(Digest(UnsafeRawBufferPointer(rebasing: bytes[BusyPeer.subjectAt...])))))
    }

    private mutating func checkSignatures() {
        while let ticket = tickets.popLast() {
            feed { $0.handle(.verified(ticket, .good), now: $1, into: &$2) }
        }
    }

    /// One member in eight never answers: helpers are asked, and say that they heard nothing either.
    private mutating func answerQuestions() {
        while let question = asked.popLast() {
            if question.code == .ping, question.member % 8 == 0 { continue }
            if question.code == .ping {
                BusyPeer.fill(&ack, question)
                hear(ack, from: question.member)
            } else {
                BusyPeer.fill(&nack, question)
                hear(nack, from: question.member)
            }
        }
    }

    private static func fill(_ answer: inout [UInt8], _ question: Question) {
        answer.withUnsafeMutableBytes {
            $0[sequenceAt] = question.sequence.0
            $0[sequenceAt + 1] = question.sequence.1
            $0[sequenceAt + 2] = question.sequence.2
            $0[sequenceAt + 3] = question.sequence.3
            question.target.digest.write(to: UnsafeMutableRawBufferPointer(rebasing: $0[subjectAt...]))
        }
    }
}
