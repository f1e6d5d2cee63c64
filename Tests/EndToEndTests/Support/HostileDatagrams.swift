import Basics
import Gossip
import Trust

/// Datagrams that a stranger without the key, and a hostile member with it, could send.
struct HostileDatagrams {
    private var member: HostileMember
    private var random: RandomSource
    /// Sealed before: to be sent again, and to be changed.
    private var sealedBefore: [[UInt8]] = []

    private static let remembered = 512

    init(of member: HostileMember, seed: UInt64) {
        self.member = member
        random = RandomSource(seed: seed)
        for _ in 0..<HostileDatagrams.remembered { sealedBefore.append(sealed()) }
    }

    mutating func hear(_ answer: [UInt8]) { member.hear(answer) }

    private mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

    // MARK: Without the key

    /// Noise, headers with noise behind them, sealed datagrams that were changed or cut, and repeated ones.
    mutating func unsealed() -> [UInt8] {
        switch number(0...5) {
        case 0: return random.bytes(number(0...1400))
        case 1: return [1, 0, 0, 0, UInt8(number(0...2))] + random.bytes(number(0...1200))
        case 2: return Array(old().prefix(number(0...200)))
        case 3: return old()
        default:
            var bytes = old()
            for _ in 0..<number(1...4) where !bytes.isEmpty {
                bytes[number(0...bytes.count - 1)] ^= UInt8(number(1...255))
            }
            return bytes
        }
    }

    private mutating func old() -> [UInt8] { sealedBefore[number(0...sealedBefore.count - 1)] }

    // MARK: With the key

    mutating func sealed() -> [UInt8] {
        let plain: [UInt8] =
            switch number(0...9) {
            case 0: random.bytes(number(0...1100))
            case 1: [0xC0 + UInt8(number(0...1))] + random.bytes(number(0...40))
            case 2, 3: mutated(datagram())
            default: datagram()
            }
        let bytes = member.seal(plain, as: member.sender())
        if sealedBefore.count >= HostileDatagrams.remembered {
            sealedBefore[number(0...sealedBefore.count - 1)] = bytes
        }
        return bytes
    }

    private mutating func mutated(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<number(1...3) where !bytes.isEmpty {
            bytes[number(0...bytes.count - 1)] ^= UInt8(number(1...255))
        }
        if number(0...3) == 0 { bytes.removeLast(number(0...bytes.count)) }
        return bytes
    }

    private mutating func id() -> PeerID {
        switch number(0...3) {
        case 0: member.identity.peerID
        case 1, 2: member.honest[number(0...member.honest.count - 1)]
        default: PeerID(Digest(bytes: random.bytes(32)) ?? .zero)
        }
    }

    /// That of a first life mostly, so that claims are believed as far as claims are.
    private mutating func incarnation() -> UInt64 {
        switch number(0...3) {
        case 0: random.next() >> UInt64(number(0...63))
        default: 1 << 32 | UInt64(number(1...8))
        }
    }

    private mutating func datagram() -> [UInt8] {
        var outputs = Membership.Outputs()
        var writer = message(&outputs)
        for _ in 0..<number(0...6) {
            switch number(0...5) {
            case 0, 1:
                let verdict: Claim.Verdict = Bool.random(using: &random) ? .suspect : .dead
                _ = writer.add(
                    Claim(subject: id(), incarnation: incarnation(), verdict: verdict, accuser: id()), &outputs)
            case 2, 3: _ = writer.add(record: member.signedRecord().encoded(), &outputs)
            // Few of these, so that the member is not soon heard of no more.
            case 4 where number(0...400) == 0: _ = writer.add(record: member.forgedRecord().encoded(), &outputs)
            default: break
            }
        }
        return outputs.array(writer.finish(outputs))
    }

    private mutating func message(_ outputs: inout Membership.Outputs) -> DatagramWriter {
        let sequence = UInt32(truncatingIfNeeded: random.next() >> UInt64(number(32...63)))
        switch number(0...8) {
        case 0: return DatagramWriter(.ping, sequence, id(), fingerprint: random.next(), &outputs)
        case 1: return DatagramWriter(.ack, sequence, id(), fingerprint: random.next(), &outputs)
        case 2: return DatagramWriter(.nack, sequence, id(), fingerprint: 0, &outputs)
        case 3: return DatagramWriter(.pingRequest, sequence, id(), fingerprint: 0, &outputs)
        case 4:
            let names = (0..<number(0...32)).map { _ in
                id().digest.bytes + [UInt8(number(0...9)), UInt8(number(0...63))]
            }
            return DatagramWriter(.want, &outputs) { $0 += [UInt8(names.count)] + names.flatMap { $0 } }
        case 5:
            let fingerprints = random.bytes(1024)
            return DatagramWriter(.summary, &outputs) { $0 += fingerprints }
        case 6:
            let page = page()
            return DatagramWriter(.page, &outputs) { $0 += page }
        case 7: return DatagramWriter(.answer, &outputs) { $0.append(1) }
        default: return DatagramWriter(.news, &outputs)
        }
    }

    private mutating func page() -> [UInt8] {
        let names = Set((0..<number(0...8)).map { _ in id() }).sorted()
        var bytes = Digest.zero.bytes + [0] + Digest.zero.bytes + [UInt8(names.count)]
        for name in names {
            bytes += name.digest.bytes + [UInt8(number(0...3))]
            bytes += HostileDatagrams.bytes(incarnation())
            let kinds = number(0...3)
            bytes.append(UInt8(kinds))
            for kind in 0..<kinds { bytes += [UInt8(kind + 1), 0] + HostileDatagrams.bytes(random.next() >> 1) }
        }
        return bytes
    }

    private static func bytes(_ number: UInt64) -> [UInt8] { withUnsafeBytes(of: number.bigEndian) { Array($0) } }
}
