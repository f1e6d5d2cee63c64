public import Basics

/// What a member of a site knows of the other sites: the body of an item of kind ``RecordKind/siteDirectory``, put together by
/// its own bridges. Some lines a record, so that hundreds of sites take tens of records. Bytes after the known fields are
/// ignored.
public struct SiteDirectory: Hashable, Sendable {
    public struct Line: Hashable, Sendable {
        public var site: String
        /// How many of its peers are there; 0 when none of its bridges is heard of.
        public var presentCount: UInt32
        public var freeMemoryMiB: UInt64
        public var vcpus: UInt32
        /// One of its bridges, to ask for more; nil when none is known.
        public var bridge: PeerAddress?
        /// The beginnings of the names of the images that most of its hosts hold; at most 4.
        public var holdings: [UInt64]

        public init(
            site: String, presentCount: UInt32, freeMemoryMiB: UInt64, vcpus: UInt32, bridge: PeerAddress?,
            holdings: [UInt64]
        ) {
            self.site = site
            self.presentCount = presentCount
            self.freeMemoryMiB = freeMemoryMiB
            self.vcpus = vcpus
            self.bridge = bridge
            self.holdings = Array(holdings.prefix(GossipLimits.directoryHoldings))
        }

        /// Whether an image may be there: names can begin alike, so it is a hint.
        public func mayHold(_ image: ImageID) -> Bool { holdings.contains(image.digest.prefix) }
    }

    /// In the order of the sites' names; at most ``GossipLimits/directoryLines``.
    public var lines: [Line]

    public init(_ lines: [Line]) { self.lines = lines }

    private static let format: UInt8 = 1

    public func encoded() -> [UInt8] {
        var writer = ByteWriter(capacity: 512)
        writer.write(SiteDirectory.format)
        let kept = lines.prefix(GossipLimits.directoryLines)
        writer.write(UInt8(kept.count))
        for line in kept {
            writer.write(text: line.site)
            writer.write(line.presentCount)
            writer.write(line.freeMemoryMiB)
            writer.write(line.vcpus)
            writer.write(UInt8(line.bridge == nil ? 0 : 1))
            line.bridge?.encode(to: &writer)
            writer.write(UInt8(line.holdings.count))
            for prefix in line.holdings { writer.write(prefix) }
        }
        return writer.bytes
    }

    public init(decoding bytes: [UInt8]) throws(DecodeError) {
        var reader = ByteReader(bytes)
        let format = try reader.readUInt8()
        guard format == SiteDirectory.format else { throw .unsupportedVersion(UInt64(format)) }
        let count = Int(try reader.readUInt8())
        guard count <= GossipLimits.directoryLines else { throw .outOfRange("lines of a directory") }
        lines = []
        for _ in 0..<count { lines.append(try Line(from: &reader)) }
    }
}

extension SiteDirectory.Line {
    fileprivate init(from reader: inout ByteReader) throws(DecodeError) {
        site = try reader.readText(limit: GossipLimits.nameBytes)
        guard Card.isPrintable(site) else { throw .outOfRange("name of a site") }
        presentCount = try reader.readUInt32()
        freeMemoryMiB = try reader.readUInt64()
        vcpus = try reader.readUInt32()
        bridge = try reader.readUInt8() == 0 ? nil : PeerAddress(decoding: &reader)
        let count = Int(try reader.readUInt8())
        guard count <= GossipLimits.directoryHoldings else { throw .outOfRange("holdings of a directory") }
        holdings = []
        for _ in 0..<count { holdings.append(try reader.readUInt64()) }
    }
}
