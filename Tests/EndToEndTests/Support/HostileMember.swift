import Basics
import Foundation
import Gossip
import Lab
import Trust

/// A member of a lab's site that its authority certified and that wants to harm: it holds the gossip key, signs with
/// its own key, and says whatever it likes, in its own name and in the names of others.
struct HostileMember {
    let identity = PeerIdentity()
    let chain: CertificateChain
    private let key: GossipKey
    /// The honest peers, by their certificates.
    let honest: [PeerID]
    private var sealers: [PeerID: GossipSealer] = [:]
    private var random: RandomSource
    private var version: UInt64 = 1 << 32 | 1
    private var opener: GossipOpener
    /// What the peer wants to see again before it listens to a source that it does not know.
    private var cookie: [UInt8]?

    init(of lab: TestLab, seed: UInt64) throws {
        let directory = "\(lab.run.paths.stateRoot)/\(lab.name)/site"
        func bytes(_ name: String) -> [UInt8] {
            Array(FileManager.default.contents(atPath: "\(directory)/\(name)") ?? Data())
        }
        let authority = try SiteAuthority(decoding: bytes("site.root"))
        let ranges = ["10.0.0.0/8", "fd00::/8"].compactMap { AddressRange(parsing: $0) }
        chain = try authority.issue(
            peer: identity, name: "mallory", roles: PeerRoles(rawValue: 0), addressRanges: ranges,
            now: UInt64(Date().timeIntervalSince1970))
        key = authority.gossipKey
        opener = GossipOpener(key: key, own: identity.peerID)
        honest = try lab.status.hosts.map { try SiteFile(decoding: bytes("\($0.name)/site.skein")).chain.peer.peer }
        random = RandomSource(seed: seed)
    }

    // MARK: Seals

    /// Takes an answer of the peer: only cookies matter.
    mutating func hear(_ datagram: [UInt8]) {
        guard let (_, plain) = opener.open(datagram), plain.first == HostileMember.cookieMark else { return }
        cookie = Array(plain.dropFirst())
    }

    private static let cookieMark: UInt8 = 0xC0
    private static let returnedMark: UInt8 = 0xC1

    /// Seals in somebody's name, and shows the last cookie, as a peer would; now and then under a new boot id or with a counter far ahead.
    mutating func seal(_ plain: [UInt8], as sender: PeerID) -> [UInt8] {
        let isFresh = Int.random(in: 0..<32, using: &random) == 0
        if isFresh || sealers[sender] == nil {
            if sealers.count >= 64 { sealers.removeAll() }
            let counter = isFresh ? random.next() >> UInt64.random(in: 1...63, using: &random) : 0
            sealers[sender] = GossipSealer(key: key, sender: sender, bootID: random.bytes(16), counter: counter)
        }
        let shown = cookie.map { [HostileMember.returnedMark] + $0 } ?? []
        return sealers[sender]?.seal(shown + plain) ?? []
    }

    /// Its own name mostly, else that of an honest peer or of nobody.
    mutating func sender() -> PeerID {
        switch Int.random(in: 0..<8, using: &random) {
        case 0..<5: identity.peerID
        case 5, 6: honest[Int.random(in: honest.indices, using: &random)]
        default: PeerID(Digest(bytes: random.bytes(32)) ?? .zero)
        }
    }

    // MARK: Records

    /// A record of its own with a good signature, however odd its content.
    mutating func signedRecord() -> SignedRecord {
        version += 1
        let isFar = Int.random(in: 0..<16, using: &random) == 0
        let version = isFar ? GossipLimits.version - UInt64.random(in: 0...3, using: &random) : version
        switch Int.random(in: 0..<6, using: &random) {
        case 0: return sign(.card, version, card().encoded())
        case 1, 2: return sign(.pulse, version, pulse().encoded())
        // A card or pulse that does not decode, signed all the same.
        case 3: return sign(Bool.random(using: &random) ? .card : .pulse, version, random.bytes(40))
        default:
            let kind = RecordKind(raw: UInt8.random(in: 3...255, using: &random))
            let item = UInt8.random(in: 0..<64, using: &random)
            return sign(kind, item: item, version, random.bytes(Int.random(in: 0...900, using: &random)))
        }
    }

    /// A record in another's name: its signature is of no use.
    mutating func forgedRecord() -> SignedRecord {
        let owner = honest[Int.random(in: honest.indices, using: &random)]
        let version = random.next() >> UInt64.random(in: 1...40, using: &random)
        let kind = Bool.random(using: &random) ? RecordKind.card : .pulse
        let body = kind == .card ? card().encoded() : pulse().encoded()
        return SignedRecord(
            owner: owner, kind: kind, version: max(1, version), body: body, signature: random.bytes(64))
    }

    private func sign(_ kind: RecordKind, item: UInt8 = 0, _ version: UInt64, _ body: [UInt8]) -> SignedRecord {
        let name = RecordName(owner: identity.peerID, kind: kind, item: item)
        let signed = SignedRecord.signedBytes(name, version: version, body: body)
        return SignedRecord(
            owner: identity.peerID, kind: kind, item: item, version: version, body: body,
            signature: identity.signing.sign(signed, context: .record).bytes)
    }

    private mutating func card() -> Card {
        let addresses = (0..<Int.random(in: 1...4, using: &random)).map { _ in
            PeerAddress(
                ipv4: 10, UInt8.random(in: 0...255, using: &random), UInt8.random(in: 0...255, using: &random), 9,
                port: UInt16.random(in: 1...65535, using: &random))
        }
        let names = ["mallory", "mallory", "\u{202E}eve", String(repeating: "x", count: 63), "h0"]
        return Card(
            addresses: addresses, name: names[Int.random(in: names.indices, using: &random)],
            site: "s\(random.next())", rack: "r\(random.next())", certificate: chain.encoded(),
            incarnation: random.next() >> UInt64.random(in: 1...40, using: &random))
    }

    private mutating func pulse() -> Pulse {
        var pulse = Pulse(
            freeMemoryMiB: .max, totalMemoryMiB: 0, vcpus: .max, nodeCount: .max,
            holdings: (0..<Int.random(in: 0...16, using: &random)).map { _ in
                ImageID(Digest(bytes: random.bytes(32)) ?? .zero)
            })
        pulse.incarnation = random.next() >> UInt64.random(in: 1...40, using: &random)
        pulse.isLeaving = Int.random(in: 0..<16, using: &random) == 0
        return pulse
    }
}
