import Basics
import Gossip

/// Messages of a settled group to one of its members, written beforehand: what a busy peer hears, in a fixed proportion.
///
/// Every sixteen messages: four pings, one of them with news; news that is known and news that is not; a request for a
/// probe, a nack, a page of a digest, a list of wants, an answer, a digest that differs; a claim that begins a suspicion,
/// one that confirms another, and the news that ends one. Some suspicions are refuted so late that the suspect died.
struct MessageMix {
    struct Message {
        let bytes: [UInt8]
        /// An index of ``ids``.
        let sender: Int
    }

    let ids: [PeerID]
    private(set) var messages: [Message] = []
    /// What each member says of itself at the beginning, card first.
    private(set) var settled: [[SignedRecord]] = []

    private var random: RandomSource
    private let cards: [SignedRecord]
    private var pulses: [SignedRecord] = []
    private var versions: [UInt64]
    private var incarnations: [UInt64]
    /// Who is suspected, and with which message that ends.
    private var suspected: [(member: Int, end: Int)] = []
    private let own: PeerID

    private static let first: UInt64 = 1 << 32 | 1
    /// With a message a millisecond: before any suspicion runs out, and after all have.
    private static let soon = 500
    private static let late = 30_000

    init(members: Int, count: Int, own: PeerID, seed: UInt64) {
        self.own = own
        random = RandomSource(seed: seed)
        var random = random
        ids = (0..<members).map { _ in PeerID(Digest(bytes: random.bytes(32))!) }.sorted()
        cards = ids.indices.map { [ids] in
            var card = VirtualNetwork.card($0)
            card.incarnation = MessageMix.first
            return Notary.sign(ids[$0], .card, MessageMix.first, card.encoded())
        }
        versions = ids.map { _ in MessageMix.first }
        incarnations = versions
        pulses = ids.indices.map { pulse(of: $0) }
        settled = ids.indices.map { [cards[$0], pulses[$0]] }
        for number in 0..<count { messages.append(message(number)) }
    }

    private func pulse(of member: Int) -> SignedRecord {
        var pulse = VirtualNetwork.pulse
        pulse.freeMemoryMiB = UInt32(truncatingIfNeeded: versions[member])
        pulse.incarnation = incarnations[member]
        return Notary.sign(ids[member], .pulse, versions[member], pulse.encoded())
    }

    private mutating func renew(_ member: Int) -> SignedRecord {
        versions[member] += 1
        pulses[member] = pulse(of: member)
        return pulses[member]
    }

    private mutating func member() -> Int { Int.random(in: ids.indices, using: &random) }

    private mutating func message(_ number: Int) -> Message {
        let sender = member()
        let other = member()
        let sequence = UInt32(truncatingIfNeeded: number)
        var text: DatagramText
        switch number % 16 {
        case 0, 1, 2: text = DatagramText(.ping(sequence: sequence, target: own))
        case 3:
            text = DatagramText(.ping(sequence: sequence, target: own))
            text.add(pulses[other])
        case 4:
            text = DatagramText(.news)
            text.add(cards[other])
            text.add(pulses[sender])
        case 5, 6:
            text = DatagramText(.news)
            text.add(renew(other))
        case 7: text = DatagramText(.pingRequest(sequence: sequence, target: ids[other]))
        case 8: text = DatagramText(.nack(sequence: sequence, subject: ids[other]))
        case 9: text = page()
        case 10:
            let names = (0..<8).map { _ in
                RecordName(owner: ids[member()], kind: Bool.random(using: &random) ? .card : .pulse)
            }
            text = DatagramText(.want(names))
        case 11:
            text = DatagramText(.answer(more: number % 256 == 11))
            text.add(pulses[other])
        case 12: text = DatagramText(.summary((0..<128).map { _ in random.next() }))
        case 13: text = suspect(number)
        case 14: text = confirm()
        default: text = refute(number, else: other)
        }
        return Message(bytes: text.encoded(), sender: sender)
    }

    /// Ten members in a row of names, some with older and some with newer versions than are known.
    private mutating func page() -> DatagramText {
        let start = Int.random(in: 0...ids.count - 10, using: &random)
        let shown = start..<start + 10
        let entries = shown.map { member in
            let shift = UInt64.random(in: 0...15, using: &random)
            let version = shift == 0 ? versions[member] + 1 : shift == 1 ? versions[member] - 1 : versions[member]
            return DatagramText.Entry(
                id: ids[member], state: .alive, incarnation: incarnations[member],
                versions: [.init(kind: .card, version: MessageMix.first), .init(kind: .pulse, version: version)])
        }
        // It ends behind the last name: a real page has no gaps, so what is known between is offered.
        guard let first = entries.first else { return DatagramText(.news) }
        let high = shown.upperBound < ids.count ? ids[shown.upperBound] : nil
        return DatagramText(.page(low: first.id, high: high, entries))
    }

    private mutating func suspect(_ number: Int) -> DatagramText {
        let member = member()
        var text = DatagramText(.news)
        guard suspected.count < 16, !suspected.contains(where: { $0.member == member }) else { return text }
        let end = number + (number % 4096 < 16 ? MessageMix.late : MessageMix.soon)
        suspected.append((member, end))
        text.add(claim(of: member, .suspect))
        return text
    }

    private mutating func confirm() -> DatagramText {
        var text = DatagramText(.ping(sequence: 1, target: own))
        if let last = suspected.last { text.add(claim(of: last.member, .suspect)) }
        return text
    }

    private mutating func claim(of subject: Int, _ verdict: Claim.Verdict) -> Claim {
        let accuser = (subject + 1 + Int.random(in: 0..<ids.count - 1, using: &random)) % ids.count
        return Claim(
            subject: ids[subject], incarnation: incarnations[subject], verdict: verdict, accuser: ids[accuser])
    }

    private mutating func refute(_ number: Int, else other: Int) -> DatagramText {
        var text = DatagramText(.news)
        if let place = suspected.firstIndex(where: { $0.end <= number }) {
            let member = suspected.remove(at: place).member
            incarnations[member] += 1
            text.add(renew(member))
        } else {
            text.add(renew(other))
        }
        return text
    }
}
