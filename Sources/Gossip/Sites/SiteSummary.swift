public import Basics

/// What other sites are told of a whole site: the body of an item of kind ``RecordKind/siteSummary``, announced by one of its
/// bridges among the bridges of all sites. Bytes after the known fields are ignored.
public struct SiteSummary: Hashable, Sendable {
    /// At most 63 bytes, without control characters.
    public var site: String
    /// How many of its peers are there.
    public var presentCount: UInt32
    public var vcpus: UInt32
    public var freeMemoryMiB: UInt64
    public var totalMemoryMiB: UInt64
    /// Where its bridges are; at most 4.
    public var bridges: [PeerAddress]
    /// Images that whole copies of are there, those of most hosts first; at most 16.
    public var holdings: [ImageID]

    public init(
        site: String, presentCount: UInt32, vcpus: UInt32, freeMemoryMiB: UInt64, totalMemoryMiB: UInt64,
        bridges: [PeerAddress], holdings: [ImageID]
    ) {
        self.site = site
        self.presentCount = presentCount
        self.vcpus = vcpus
        self.freeMemoryMiB = freeMemoryMiB
        self.totalMemoryMiB = totalMemoryMiB
        self.bridges = Array(bridges.prefix(GossipLimits.bridges))
        self.holdings = Array(holdings.prefix(GossipLimits.holdings))
    }

    private static let format: UInt8 = 1

    public func encoded() -> [UInt8] {
        var writer = ByteWriter(capacity: 128 + holdings.count * Digest.byteCount)
        writer.write(SiteSummary.format)
        writer.write(text: site)
        writer.write(presentCount)
        writer.write(vcpus)
        writer.write(freeMemoryMiB)
        writer.write(totalMemoryMiB)
        writer.write(UInt8(bridges.count))
        for bridge in bridges { bridge.encode(to: &writer) }
        writer.write(UInt8(holdings.count))
        for image in holdings { writer.write(image.digest) }
        return writer.bytes
    }

    public init(decoding bytes: [UInt8]) throws(DecodeError) {
        var reader = ByteReader(bytes)
        let format = try reader.readUInt8()
        guard format == SiteSummary.format else { throw .unsupportedVersion(UInt64(format)) }
        site = try reader.readText(limit: GossipLimits.nameBytes)
        guard Card.isPrintable(site) else { throw .outOfRange("name of a site") }
        presentCount = try reader.readUInt32()
        vcpus = try reader.readUInt32()
        freeMemoryMiB = try reader.readUInt64()
        totalMemoryMiB = try reader.readUInt64()
        let bridgeCount = Int(try reader.readUInt8())
        guard bridgeCount <= GossipLimits.bridges else { throw .outOfRange("bridges of a site") }
        bridges = []
        for _ in 0..<bridgeCount { bridges.append(try PeerAddress(decoding: &reader)) }
        let count = Int(try reader.readUInt8())
        guard count <= GossipLimits.holdings else { throw .outOfRange("holdings of a site") }
        holdings = []
        for _ in 0..<count { holdings.append(ImageID(try reader.readDigest())) }
    }
}

extension SiteSummary {
    /// What differs by so little is not worth a message to every peer of every site.
    func isNews(after old: SiteSummary) -> Bool {
        func differ(_ a: UInt64, _ b: UInt64) -> Bool { max(a, b) - min(a, b) > max(a, b) / 8 }
        return site != old.site || bridges != old.bridges || Set(holdings) != Set(old.holdings)
            || differ(UInt64(presentCount), UInt64(old.presentCount)) || differ(UInt64(vcpus), UInt64(old.vcpus))
            || differ(freeMemoryMiB, old.freeMemoryMiB) || differ(totalMemoryMiB, old.totalMemoryMiB)
    }
}
