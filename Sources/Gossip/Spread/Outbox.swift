import Basics

/// News that waits to ride along: one lane per class, so that no class starves another.
struct Outbox: Sendable {
    var claims = SpreadLane<Claim>()
    var cards = SpreadLane<RecordName>()
    var pulses = SpreadLane<RecordName>()
    var others = SpreadLane<RecordName>()

    var isEmpty: Bool { claims.isEmpty && cards.isEmpty && pulses.isEmpty && others.isEmpty }

    mutating func add(_ name: RecordName) -> Bool {
        switch name.kind {
        case .card: cards.add(name)
        case .pulse: pulses.add(name)
        default: others.add(name)
        }
    }

    /// A record came that is held already.
    mutating func hear(_ name: RecordName) {
        switch name.kind {
        case .card: cards.hear(name)
        case .pulse: pulses.hear(name)
        default: others.hear(name)
        }
    }

    mutating func removeAll() {
        claims.removeAll()
        cards.removeAll()
        pulses.removeAll()
        others.removeAll()
    }

    /// The shares of a datagram: 40 % membership, 40 % pulses, 20 % the rest; what one leaves free the others take.
    static let pulseShare = GossipLimits.datagramBytes * 2 / 5
    static let otherShare = GossipLimits.datagramBytes / 5
}
