/// Why a handshake ended without a session. Every one of them is final for the connection.
public enum NoiseError: Error, Hashable, Sendable {
    /// A message was written or read when it was the other side's turn, or after the end.
    case outOfTurn
    /// A message is too short to hold what the handshake needs at this point.
    case truncated
    /// A message is longer than the specification allows.
    case tooLong
    /// The message was not made by somebody who took part in this handshake, with this prologue: it was changed on
    /// the way, or the other side speaks another version of the protocol.
    case notAuthentic
    /// The other side sent a public key that no secret belongs to.
    case weakKey
}

extension NoiseError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .outOfTurn: "a handshake message came out of turn"
        case .truncated: "a handshake message is too short"
        case .tooLong: "a handshake message is too long"
        case .notAuthentic: "the handshake is not authentic"
        case .weakKey: "the other side sent a key that nobody can own"
        }
    }
}
