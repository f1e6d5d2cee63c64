package import Basics
package import Trust

/// The Noise XX handshake with certificates in its payloads: a value that eats messages and says what to answer.
///
/// | message | payload |
/// |---|---|
/// | 1, initiator | empty |
/// | 2, responder | its certificate chain |
/// | 3, initiator | its certificate chain |
package struct Handshake {
    /// What both sides hash before the first message: protocol, version and suite.
    static let prologue = Array("skein/1 Noise_XX_25519_ChaChaPoly_SHA256".utf8)

    package enum Step {
        /// Send these bytes and wait for the next message.
        case reply([UInt8])
        /// Send these bytes (none for the responder): the session is open.
        case done([UInt8]?, NoiseSession, CertificateChain)
    }

    private var noise: NoiseXX
    private let role: NoiseXX.Role
    private let own: CertificateChain
    private let site: SiteID
    private let expected: PeerID?
    private var remote: CertificateChain?

    package init(role: NoiseXX.Role, identity: PeerIdentity, chain: CertificateChain, site: SiteID, expected: PeerID?) {
        noise = NoiseXX(role: role, staticKey: identity.agreement, prologue: Handshake.prologue)
        self.role = role
        self.own = chain
        self.site = site
        self.expected = expected
    }

    /// The initiator's first message.
    package mutating func begin() throws(HandshakeError) -> [UInt8] {
        try write([])
    }

    package mutating func receive(_ message: [UInt8], now unixSeconds: UInt64) throws(HandshakeError) -> Step {
        let payload: [UInt8]
        do { payload = try noise.readMessage(message) } catch { throw .noise(error) }
        switch role {
        case .initiator:
            let chain = try accept(payload, unixSeconds)
            let last = try write(own.encoded())
            return .done(last, try split(), chain)
        case .responder:
            guard noise.isComplete else { return .reply(try write(own.encoded())) }
            let chain = try accept(payload, unixSeconds)
            return .done(nil, try split(), chain)
        }
    }

    private mutating func write(_ payload: [UInt8]) throws(HandshakeError) -> [UInt8] {
        do { return try noise.writeMessage(payload: payload) } catch { throw .noise(error) }
    }

    private func accept(_ payload: [UInt8], _ now: UInt64) throws(HandshakeError) -> CertificateChain {
        let chain: CertificateChain
        do { chain = try CertificateChain(decoding: payload) } catch { throw .decode(error) }
        guard let proved = noise.remoteStatic else { throw .keyMismatch }
        // Most peers of a site have the same issuer: its signature was checked with the own chain.
        do { try chain.verify(site: site, now: now, bearer: proved, verified: own.issuer) } catch {
            throw .certificate(error)
        }
        if let expected, chain.peer.peer != expected { throw .unexpectedPeer(chain.peer.peer) }
        return chain
    }

    private mutating func split() throws(HandshakeError) -> NoiseSession {
        guard let session = noise.split() else { throw .keyMismatch }
        return session
    }
}
