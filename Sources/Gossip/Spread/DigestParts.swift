import Basics

/// One fingerprint for each of 128 equal parts of all names, kept up to date with every change of a member.
///
/// Two peers that hold the same have the same fingerprints, and say so in one datagram, however many they know. A part
/// is the first seven bits of a name; names are hashes or keys, so parts are about equally large.
struct DigestParts: Sendable {
    static let count = 128
    private static let shift: UInt64 = 57

    private(set) var fingerprints = [UInt64](repeating: 0, count: count)

    static func part(of id: PeerID) -> Int { Int(id.digest.prefix >> shift) }

    /// The first name of a part; nil after the last one.
    static func start(of part: Int) -> PeerID? {
        part < count ? PeerID(Digest(prefix: UInt64(part) << shift)) : nil
    }

    /// Of all parts together.
    private(set) var total: UInt64 = 0

    mutating func add(_ fingerprint: UInt64, of id: PeerID) {
        fingerprints[DigestParts.part(of: id)] &+= fingerprint
        total &+= fingerprint
    }

    mutating func remove(_ fingerprint: UInt64, of id: PeerID) {
        fingerprints[DigestParts.part(of: id)] &-= fingerprint
        total &-= fingerprint
    }

    /// Mixes a word into a fingerprint (the finalizer of SplitMix64; Steele, Lea, Flood 2014). Not keyed: a member that
    /// makes two views look equal hides only its own records.
    static func mix(_ hash: UInt64, _ word: UInt64) -> UInt64 {
        var z = hash &+ word &+ 0x9E37_79B9_7F4A_7C15
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
