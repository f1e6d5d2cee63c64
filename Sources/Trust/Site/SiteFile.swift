public import Basics

/// What one peer needs to be a member of its site: keys that members share, and its own certificate.
public struct SiteFile: Sendable {
    static let magic = Array("SKEINST1".utf8)

    public let siteName: String
    public let site: SiteID
    public let gossipKey: GossipKey
    public let namespaceKey: NamespaceKey
    public let chain: CertificateChain

    init(
        siteName: String, site: SiteID, gossipKey: GossipKey, namespaceKey: NamespaceKey, chain: CertificateChain
    ) {
        self.siteName = siteName
        self.site = site
        self.gossipKey = gossipKey
        self.namespaceKey = namespaceKey
        self.chain = chain
    }

    public func encoded() -> [UInt8] {
        var writer = ByteWriter(capacity: 1024)
        writer.write(bytes: SiteFile.magic)
        writer.write(text: siteName)
        writer.write(site.digest)
        gossipKey.write(to: &writer)
        namespaceKey.write(to: &writer)
        writer.write(field16: chain.encoded())
        return writer.bytes
    }

    /// Reads a file; whether its certificate still counts is said by `chain.verify`.
    public init(decoding bytes: [UInt8]) throws(DecodeError) {
        guard bytes.count <= TrustLimits.siteFileBytes else { throw .outOfRange("site file size") }
        var reader = ByteReader(bytes)
        guard try reader.readBytes(SiteFile.magic.count) == SiteFile.magic else { throw .badMagic }
        siteName = try CertifiedName.read(from: &reader)
        site = SiteID(try reader.readDigest())
        gossipKey = try GossipKey(from: &reader)
        namespaceKey = try NamespaceKey(from: &reader)
        chain = try CertificateChain(
            decoding: try reader.readField16(limit: 2 * TrustLimits.certificateBytes + 4))
        try reader.finish()
        guard chain.issuer.site == site, chain.peer.site == site else {
            throw .malformed("the certificate belongs to another site than the file")
        }
    }
}

extension SiteFile: CustomStringConvertible {
    public var description: String { "site \(siteName) (\(site.short)), peer \(chain.peer.name)" }
}
