public import Basics
public import Gossip

/// The body of a `probe` frame: how two peers agree on a burst, and how it ends.
public enum ProbeBody: Hashable, Sendable {
    /// The asker wants to measure itself with the help of the other side.
    case ask(ProbeDirection)
    /// It may; for `down` the data follow at once.
    case granted
    /// Not now: the other side measures itself, serves somebody else, or an image goes through it.
    case busy
    /// The burst is over.
    case end
    /// This session will be closed, and that is no sign of trouble.
    case farewell

    /// Bytes after the known ones belong to later versions.
    public init(decoding bytes: [UInt8]) throws(DecodeError) {
        var reader = ByteReader(bytes)
        switch try reader.readUInt8() {
        case 0:
            guard let direction = ProbeDirection(rawValue: try reader.readUInt8()) else {
                throw .outOfRange("direction of a probe")
            }
            self = .ask(direction)
        case 1: self = .granted
        case 2: self = .busy
        case 3: self = .end
        case 4: self = .farewell
        default: throw .outOfRange("step of a probe")
        }
    }

    public func encoded() -> [UInt8] {
        switch self {
        case .ask(let direction): [0, direction.rawValue]
        case .granted: [1]
        case .busy: [2]
        case .end: [3]
        case .farewell: [4]
        }
    }
}
