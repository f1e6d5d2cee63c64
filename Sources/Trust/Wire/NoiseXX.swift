public import Basics

/// The handshake Noise_XX_25519_ChaChaPoly_SHA256: both sides prove their static keys, and neither shows its own
/// to a listener.
///
/// Messages alternate, the initiator's first: `e`, then `e, ee, s, es`, then `s, se`. After an error the handshake
/// is over and every further call fails.
public struct NoiseXX: Sendable {
    public enum Role: Sendable, Hashable {
        case initiator
        case responder
    }

    static let protocolName = "Noise_XX_25519_ChaChaPoly_SHA256"
    private static let keyBytes = Digest.byteCount

    /// Whose turn it is, or how it ended.
    private enum Stage: Hashable {
        case first, second, third, complete, split, failed
    }

    private let role: Role
    private let staticKey: AgreementKey
    private let ephemeral: AgreementKey
    private var symmetric: NoiseSymmetric
    private var stage = Stage.first
    private var remoteEphemeral: Digest?
    /// The other side's static key, once its message has been read. It counts only when the handshake is complete,
    /// or for the initiator after the second message.
    public private(set) var remoteStatic: Digest?

    /// The ephemeral key is for tests with known vectors; otherwise it is a fresh one.
    public init(role: Role, staticKey: AgreementKey, prologue: [UInt8], ephemeral: AgreementKey = AgreementKey()) {
        self.role = role
        self.staticKey = staticKey
        self.ephemeral = ephemeral
        symmetric = NoiseSymmetric(protocolName: NoiseXX.protocolName)
        symmetric.mix(hash: prologue)
    }

    public var isComplete: Bool { stage == .complete || stage == .split }

    /// The hash of everything said so far; when complete, the session's name.
    public var handshakeHash: Digest { symmetric.hash }

    /// The next message, with a payload that travels in clear (first message) or encrypted (second and third).
    public mutating func writeMessage(payload: [UInt8]) throws(NoiseError) -> [UInt8] {
        do throws(NoiseError) {
            return try write(payload)
        } catch {
            stage = .failed
            throw error
        }
    }

    /// The payload of the other side's next message.
    public mutating func readMessage(_ message: [UInt8]) throws(NoiseError) -> [UInt8] {
        do throws(NoiseError) {
            guard message.count <= TrustLimits.noiseMessageBytes else { throw .tooLong }
            return try read(message)
        } catch {
            stage = .failed
            throw error
        }
    }

    /// The session, once; nil before the handshake is complete and after the first call.
    public mutating func split() -> NoiseSession? {
        guard stage == .complete else { return nil }
        stage = .split
        let (first, second) = symmetric.split()
        return switch role {
        case .initiator: NoiseSession(sending: first, receiving: second, handshakeHash: symmetric.hash)
        case .responder: NoiseSession(sending: second, receiving: first, handshakeHash: symmetric.hash)
        }
    }

    private mutating func write(_ payload: [UInt8]) throws(NoiseError) -> [UInt8] {
        var message: [UInt8] = []
        switch (stage, role) {
        case (.first, .initiator):
            message += writeEphemeral()
            stage = .second
        case (.second, .responder):
            message += writeEphemeral()
            try mixAgreement(ephemeral, remoteEphemeral)
            message += symmetric.encryptAndHash(staticKey.publicKey.bytes)
            try mixAgreement(staticKey, remoteEphemeral)
            stage = .third
        case (.third, .initiator):
            message += symmetric.encryptAndHash(staticKey.publicKey.bytes)
            try mixAgreement(staticKey, remoteEphemeral)
            stage = .complete
        case (.first, .responder), (.second, .initiator), (.third, .responder),
            (.complete, _), (.split, _), (.failed, _):
            throw .outOfTurn
        }
        guard message.count + payload.count + symmetric.tagBytes <= TrustLimits.noiseMessageBytes else {
            throw .tooLong
        }
        return message + symmetric.encryptAndHash(payload)
    }

    private mutating func read(_ message: [UInt8]) throws(NoiseError) -> [UInt8] {
        var rest = message[...]
        switch (stage, role) {
        case (.first, .responder):
            try readEphemeral(&rest)
            stage = .second
        case (.second, .initiator):
            try readEphemeral(&rest)
            try mixAgreement(ephemeral, remoteEphemeral)
            try readStatic(&rest)
            try mixAgreement(ephemeral, remoteStatic)
            stage = .third
        case (.third, .responder):
            try readStatic(&rest)
            try mixAgreement(ephemeral, remoteStatic)
            stage = .complete
        case (.first, .initiator), (.second, .responder), (.third, .initiator),
            (.complete, _), (.split, _), (.failed, _):
            throw .outOfTurn
        }
        guard rest.count >= symmetric.tagBytes else { throw .truncated }
        guard let payload = symmetric.decryptAndHash(Array(rest)) else { throw .notAuthentic }
        return payload
    }

    private mutating func writeEphemeral() -> [UInt8] {
        let bytes = ephemeral.publicKey.bytes
        symmetric.mix(hash: bytes)
        return bytes
    }

    private mutating func readEphemeral(_ rest: inout ArraySlice<UInt8>) throws(NoiseError) {
        guard let key = Digest(bytes: rest.prefix(NoiseXX.keyBytes)) else { throw .truncated }
        rest = rest.dropFirst(NoiseXX.keyBytes)
        symmetric.mix(hash: key.bytes)
        remoteEphemeral = key
    }

    private mutating func readStatic(_ rest: inout ArraySlice<UInt8>) throws(NoiseError) {
        let count = NoiseXX.keyBytes + symmetric.tagBytes
        guard rest.count >= count else { throw .truncated }
        guard let plain = symmetric.decryptAndHash(Array(rest.prefix(count))), let key = Digest(bytes: plain) else {
            throw .notAuthentic
        }
        rest = rest.dropFirst(count)
        remoteStatic = key
    }

    private mutating func mixAgreement(_ own: AgreementKey, _ other: Digest?) throws(NoiseError) {
        guard let other, let shared = own.agree(with: other) else { throw .weakKey }
        symmetric.mix(key: shared)
    }
}

extension NoiseXX: CustomStringConvertible {
    public var description: String { "Noise XX \(role), \(stage)" }
}
