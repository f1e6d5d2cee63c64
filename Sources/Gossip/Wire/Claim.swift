package import Basics

/// What one peer says of another: suspect or dead, in a certain incarnation (SWIM 4.2).
package struct Claim: Hashable, Sendable {
    package enum Verdict: UInt8, Hashable, Sendable {
        case suspect = 1
        case dead = 2
    }

    package var subject: PeerID
    package var incarnation: UInt64
    package var verdict: Verdict
    /// Who says so; independent accusers shorten a suspicion (Lifeguard IV-B).
    package var accuser: PeerID

    package init(subject: PeerID, incarnation: UInt64, verdict: Verdict, accuser: PeerID) {
        self.subject = subject
        self.incarnation = incarnation
        self.verdict = verdict
        self.accuser = accuser
    }

    static let byteCount = 32 + 8 + 1 + 32

    func append(to bytes: inout [UInt8]) {
        bytes.append(subject.digest)
        bytes.append(bigEndian: incarnation)
        bytes.append(verdict.rawValue)
        bytes.append(accuser.digest)
    }

    init(decoding reader: inout RawReader) throws(DecodeError) {
        subject = PeerID(try reader.readDigest())
        incarnation = try reader.readUInt64()
        guard let verdict = Verdict(rawValue: try reader.readUInt8()) else { throw .outOfRange("verdict") }
        self.verdict = verdict
        accuser = PeerID(try reader.readDigest())
    }
}
