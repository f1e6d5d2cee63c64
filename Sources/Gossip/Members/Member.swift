import Basics

/// Everything that is known of one other peer. Small, since a group of thousands has as many of each: records stay
/// encoded, and are shared by what holds the same bytes.
struct Member: Sendable {
    let id: PeerID
    var incarnation: UInt64
    /// When the state was entered.
    var since: Instant
    private(set) var card: StoredRecord
    private(set) var pulse = StoredRecord.none
    /// Records of other kinds, in the order of kinds and items.
    private(set) var others: [StoredRecord] = []
    /// When it last answered one of our own probes: a proof in both directions. ``Instant/origin`` for never.
    var lastAnswer = Instant.origin
    /// When a digest was last exchanged because it came back from the dead. ``Instant/origin`` for never.
    var lastReunion = Instant.origin
    /// The smoothed round trip in microseconds, 0 when unknown.
    private var roundTripMicroseconds: UInt32 = 0
    private var addressIndex: UInt8 = 0
    var state = MemberState.alive
    /// How often it refuted a suspicion lately, when it last did: it is there, but slow.
    private var refutations: UInt8 = 0
    /// It answered over a session while datagrams to it went unanswered: what it is to hear goes there.
    var isStreamed = false

    /// Nil when the card's body does not decode.
    init?(id: PeerID, card: StoredRecord, since: Instant) {
        guard let head = card.withBody(CardHead.init) else { return nil }
        self.id = id
        self.card = card
        self.since = since
        incarnation = head.incarnation
    }

    var roundTrip: Duration? { roundTripMicroseconds == 0 ? nil : .microseconds(roundTripMicroseconds) }

    /// Takes a round trip into the smoothed one (RFC 6298, section 2: a gain of 1/8).
    mutating func sample(roundTrip sample: Duration) {
        let sample = UInt64(clamping: max(1, sample.wholeNanoseconds / 1000))
        let smoothed = roundTripMicroseconds == 0 ? sample : (UInt64(roundTripMicroseconds) * 7 + sample) / 8
        roundTripMicroseconds = UInt32(clamping: max(1, smoothed))
    }

    /// The address that is used: one of the card's.
    var address: PeerAddress {
        card.withBody { body in
            // A card is taken only when it has a head.
            guard let head = CardHead(body) else { preconditionFailure("a member without a card") }
            return head.address(at: min(Int(addressIndex), head.addressCount - 1))
        }
    }

    /// The next of the card's addresses: the one that was used does not answer.
    mutating func turnAddress() {
        guard let count = card.withBody({ CardHead($0)?.addressCount }), count > 1 else { return }
        addressIndex = UInt8((Int(addressIndex) + 1) % count)
    }

    /// Whether its owner signed that it is there.
    func hasAddress(_ other: PeerAddress) -> Bool {
        card.withBody { CardHead($0)?.contains(other) ?? false }
    }

    // MARK: Slowness

    /// How slow it is, from the refutations that everybody heard: each counts until a time without another.
    func slowness(_ now: Instant, calmAfter: Duration) -> Int {
        guard refutations > 0 else { return 0 }
        return max(0, Int(refutations) - Int((now - since).wholeNanoseconds / max(1, calmAfter.wholeNanoseconds)))
    }

    /// It showed a higher incarnation in the same life, and so refuted what was said of it.
    mutating func noteRefutation(_ now: Instant, calmAfter: Duration, limit: UInt8) {
        refutations = UInt8(min(Int(limit), slowness(now, calmAfter: calmAfter) + 1))
    }

    // MARK: Records

    func record(_ kind: RecordKind, _ item: UInt8 = 0) -> StoredRecord? {
        switch kind {
        case .card: card
        case .pulse: pulse.isHeld ? pulse : nil
        default: others.first { $0.kind == kind && $0.item == item }
        }
    }

    /// The version that is held, 0 for none.
    func version(_ kind: RecordKind, _ item: UInt8 = 0) -> UInt64 {
        switch kind {
        case .card: card.version
        case .pulse: pulse.version
        default: others.isEmpty ? 0 : record(kind, item)?.version ?? 0
        }
    }

    /// Takes a record whose body was checked; `bytes` are exchanged for the older ones.
    mutating func take(_ name: RecordName, version: UInt64, bytes: inout [UInt8]) {
        switch name.kind {
        case .card:
            card.exchange(&bytes, version: version)
            addressIndex = 0
        case .pulse: pulse.exchange(&bytes, version: version)
        default:
            let place = others.firstIndex { ($0.kind.raw, $0.item) >= (name.kind.raw, name.item) } ?? others.endIndex
            if place < others.endIndex, others[place].kind == name.kind, others[place].item == name.item {
                others[place].exchange(&bytes, version: version)
            } else {
                others.insert(StoredRecord(bytes, version: version), at: place)
            }
        }
    }

    var recordCount: Int { 1 + (pulse.isHeld ? 1 : 0) + others.count }

    func forEachRecord(_ body: (StoredRecord) -> Void) {
        body(card)
        if pulse.isHeld { body(pulse) }
        for record in others { body(record) }
    }

    // MARK: What others hear of it

    /// In the name of an accuser; nil while it is well or has left.
    func claim(by accuser: PeerID) -> Claim? {
        switch state {
        case .alive, .left: nil
        case .suspect: Claim(subject: id, incarnation: incarnation, verdict: .suspect, accuser: accuser)
        case .dead: Claim(subject: id, incarnation: incarnation, verdict: .dead, accuser: accuser)
        }
    }

    /// The way that messages to it take.
    var route: Route { isStreamed ? .stream(id) : .datagram(address) }

    /// A hash of what it is and holds, 0 for those who are gone: views are compared by it. A suspicion is not in it,
    /// since it passes.
    var fingerprint: UInt64 {
        guard state.isPresent else { return 0 }
        return Member.fingerprint(id, incarnation) { mix in forEachRecord { mix($0) } }
    }

    static func fingerprint(
        _ id: PeerID, _ incarnation: UInt64, _ records: ((StoredRecord) -> Void) -> Void
    ) -> UInt64 {
        var hash = DigestParts.mix(id.digest.prefix, incarnation)
        records { record in
            hash = DigestParts.mix(hash, record.version)
            if !record.kind.isOfPeer {
                hash = DigestParts.mix(hash, UInt64(record.kind.raw) << 8 | UInt64(record.item))
            }
        }
        return hash
    }

    var view: MemberView? {
        guard let card = try? Card(decoding: card.body) else { return nil }
        return MemberView(
            id: id, name: card.name, address: address, site: card.site, rack: card.rack, state: state,
            incarnation: incarnation, pulse: pulse.isHeld ? try? Pulse(decoding: pulse.body) : nil,
            roundTrip: roundTrip, isSelf: false)
    }
}
