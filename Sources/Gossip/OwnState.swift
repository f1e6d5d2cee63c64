import Basics

/// What this peer says of itself, and the numbers that order it.
struct OwnState: Sendable {
    /// A body that the shell was asked to sign.
    struct Request: Sendable {
        let kind: RecordKind
        let body: [UInt8]
        let version: UInt64
    }

    var card: Card
    /// The pulse that was announced last, and the one that is to be.
    var announcedPulse: Pulse
    var wantedPulse: Pulse
    var lastPulse = Instant.origin
    /// Bodies of kinds that the shell announces, kept to be signed anew after an epoch was adopted.
    var bodies: [(kind: RecordKind, body: [UInt8])] = []
    var records = RecordSet()
    /// Asked for and not yet signed; one for each kind.
    var requests: [Request] = []
    var epoch: UInt32
    /// Above all versions given so far; epoch in the high half.
    var nextVersion: UInt64
    /// Epoch in the high half, refutations in the low half (SWIM 4.2).
    var incarnation: UInt64
    /// Whom to tell directly when the refutation is signed.
    var audience: [PeerAddress] = []
    var isLeaving = false

    init(card: Card, pulse: Pulse, epoch: UInt32) {
        self.card = card
        announcedPulse = pulse
        wantedPulse = pulse
        self.epoch = max(1, min(epoch, OwnState.epochLimit))
        nextVersion = UInt64(self.epoch) << 32 | 1
        incarnation = UInt64(self.epoch) << 32 | 1
    }

    static let epochLimit: UInt32 = (1 << 31) - 1

    mutating func adopt(epoch: UInt32) {
        self.epoch = epoch
        nextVersion = UInt64(epoch) << 32 | 1
        incarnation = UInt64(epoch) << 32 | 1
    }

    mutating func takeVersion() -> UInt64 {
        defer { nextVersion += 1 }
        return nextVersion
    }
}
