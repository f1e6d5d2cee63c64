public import Basics

/// The bytes of the file site.root: in clear (the file's mode guards it) or under a passphrase.
extension SiteAuthority {
    static let magic = Array("SKEINRT1".utf8)

    private enum Protection: UInt8 {
        case none = 0
        case passphrase = 1
    }

    /// The file in clear: whoever reads it owns the site.
    public func encoded() -> [UInt8] {
        SiteAuthority.magic + [Protection.none.rawValue] + content
    }

    /// The file sealed under a passphrase (Argon2id, then XChaCha20-Poly1305); nil when memory does not suffice.
    public func encoded(passphrase: [UInt8], strength: PassphraseStrength = .moderate) -> [UInt8]? {
        let header = SiteAuthority.magic + [Protection.passphrase.rawValue]
        guard let box = PassphraseBox.seal(content, passphrase: passphrase, strength: strength, header: header)
        else { return nil }
        return header + box
    }

    /// Whether a file asks for a passphrase.
    public static func isSealed(_ bytes: [UInt8]) -> Bool {
        bytes.starts(with: magic + [Protection.passphrase.rawValue])
    }

    /// Reads a file; a sealed one needs its passphrase, and gives `.notAuthentic` with a wrong one or none.
    public init(decoding bytes: [UInt8], passphrase: [UInt8]? = nil) throws(DecodeError) {
        guard bytes.count <= TrustLimits.siteFileBytes else { throw .outOfRange("site authority size") }
        var reader = ByteReader(bytes)
        let header = try reader.readBytes(SiteAuthority.magic.count)
        guard header == SiteAuthority.magic else { throw .badMagic }
        let kind = try reader.readUInt8()
        guard let protection = Protection(rawValue: kind) else { throw .outOfRange("protection") }
        let body = try reader.readBytes(reader.remaining)
        switch protection {
        case .none:
            try self.init(content: body)
        case .passphrase:
            guard let passphrase else { throw .notAuthentic }
            try self.init(content: try PassphraseBox.open(body, passphrase: passphrase, header: header + [kind]))
        }
    }

    private var content: [UInt8] {
        var writer = ByteWriter(capacity: 512)
        writer.write(text: siteName)
        writer.write(bytes: root.seed)
        writer.write(bytes: issuer.seed)
        writer.write(field16: issuerCertificate.encoded())
        gossipKey.write(to: &writer)
        namespaceKey.write(to: &writer)
        return writer.bytes
    }

    private init(content: [UInt8]) throws(DecodeError) {
        var reader = ByteReader(content)
        let siteName = try CertifiedName.read(from: &reader)
        guard let root = SigningKey(seed: try reader.readBytes(SigningKey.seedBytes)),
            let issuer = SigningKey(seed: try reader.readBytes(SigningKey.seedBytes))
        else { throw .truncated }
        let certificate = try IssuerCertificate(
            decoding: try reader.readField16(limit: TrustLimits.certificateBytes))
        let gossipKey = try GossipKey(from: &reader)
        let namespaceKey = try NamespaceKey(from: &reader)
        try reader.finish()
        guard certificate.site.digest == root.publicKey, certificate.key == issuer.publicKey, certificate.isAuthentic
        else { throw .malformed("the issuer certificate is not that of the keys") }
        self.init(
            siteName: siteName, root: root, issuer: issuer, issuerCertificate: certificate,
            gossipKey: gossipKey, namespaceKey: namespaceKey)
    }
}
