public import Basics

/// How fast links are that several hosts share, as one of them measured: the body of kind
/// ``RecordKind/linkObservations``. Bytes after the known fields are ignored.
public struct LinkObservations: Hashable, Sendable {
    /// A link that several hosts share.
    public enum Link: Hashable, Sendable {
        /// Between a rack and the rest of its site.
        case rack(site: String, rack: String)
        /// Between a site and everything else.
        case site(String)
        /// From one site to another. Use ``pair(_:_:)``: one link has one name, whoever speaks of it.
        case between(String, String)

        /// The link between two sites, the lower name first.
        public static func pair(_ a: String, _ b: String) -> Link { a < b ? .between(a, b) : .between(b, a) }

        var code: UInt8 {
            switch self {
            case .rack: 1
            case .site: 2
            case .between: 3
            }
        }

        var names: (String, String) {
            switch self {
            case .rack(let site, let rack): (site, rack)
            case .site(let site): (site, "")
            case .between(let from, let to): (from, to)
            }
        }
    }

    public struct Observation: Hashable, Sendable {
        public var link: Link
        /// Out of the rack or site, or from the first site to the second; nil when it was not measured.
        public var up: BitRate?
        /// Into it, or from the second to the first.
        public var down: BitRate?
        /// Seconds since 1970.
        public var measured: UInt64

        public init(link: Link, up: BitRate?, down: BitRate?, measured: UInt64) {
            self.link = link
            self.up = up
            self.down = down
            self.measured = measured
        }

        /// Whether it was made at most so long ago; what claims to be of the future is not believed for longer.
        func isRecent(age: UInt64, now: UInt64) -> Bool {
            measured <= now ? now - measured <= age : measured - now <= age
        }
    }

    /// At most ``GossipLimits/linkObservations``; further ones are not encoded.
    public var all: [Observation]

    public init(_ all: [Observation]) { self.all = all }

    private static let format: UInt8 = 1

    public func encoded() -> [UInt8] {
        var writer = ByteWriter(capacity: 256)
        writer.write(LinkObservations.format)
        let kept = all.prefix(GossipLimits.linkObservations)
        writer.write(UInt8(kept.count))
        for observation in kept {
            writer.write(observation.link.code)
            writer.write(text: observation.link.names.0)
            writer.write(text: observation.link.names.1)
            writer.write(UInt64(max(0, observation.up?.bitsPerSecond ?? 0)))
            writer.write(UInt64(max(0, observation.down?.bitsPerSecond ?? 0)))
            writer.write(observation.measured)
        }
        return writer.bytes
    }

    public init(decoding bytes: [UInt8]) throws(DecodeError) {
        var reader = ByteReader(bytes)
        let format = try reader.readUInt8()
        guard format == LinkObservations.format else { throw .unsupportedVersion(UInt64(format)) }
        let count = Int(try reader.readUInt8())
        guard count <= GossipLimits.linkObservations else { throw .outOfRange("link observations") }
        all = []
        for _ in 0..<count { all.append(try Observation(from: &reader)) }
    }
}

extension LinkObservations.Observation {
    fileprivate init(from reader: inout ByteReader) throws(DecodeError) {
        let code = try reader.readUInt8()
        let first = try reader.readText(limit: GossipLimits.nameBytes)
        let second = try reader.readText(limit: GossipLimits.nameBytes)
        switch code {
        case 1: link = .rack(site: first, rack: second)
        case 2: link = .site(first)
        case 3: link = .between(first, second)
        default: throw .outOfRange("kind of link")
        }
        up = try LinkObservations.Observation.rate(reader.readUInt64())
        down = try LinkObservations.Observation.rate(reader.readUInt64())
        measured = try reader.readUInt64()
    }

    private static func rate(_ raw: UInt64) throws(DecodeError) -> BitRate? {
        guard let bits = Int64(exactly: raw) else { throw .outOfRange("rate of a link") }
        return bits == 0 ? nil : BitRate(bitsPerSecond: bits)
    }
}

extension LinkObservations {
    /// What many observed of one link: the median of the recent ones, so that no liar and no busy moment decides.
    ///
    /// - Parameters:
    ///   - age: older observations do not count, nor those that claim to be later than now by more.
    ///   - now: seconds since 1970.
    public static func median(
        of observations: [Observation], about link: Link, age: UInt64, now: UInt64
    ) -> (up: BitRate?, down: BitRate?) {
        let recent = observations.filter { $0.link == link && $0.isRecent(age: age, now: now) }
        func middle(_ rates: [BitRate]) -> BitRate? { rates.isEmpty ? nil : rates.sorted()[(rates.count - 1) / 2] }
        return (middle(recent.compactMap(\.up)), middle(recent.compactMap(\.down)))
    }
}
