import Basics
import Testing
import Trust

/// One vector of the Noise community's JSON form.
struct NoiseVector: Decodable, Sendable {
    struct Message: Decodable, Sendable {
        let payload: HexBytes
        let ciphertext: HexBytes
        let rekey: Bool?
    }

    let protocolName: String
    let initPrologue: HexBytes
    let initStatic: HexBytes?
    let initEphemeral: HexBytes?
    let respPrologue: HexBytes
    let respStatic: HexBytes?
    let respEphemeral: HexBytes?
    let handshakeHash: HexBytes?
    let messages: [Message]

    /// Runs both sides and compares every message on the wire.
    func check() throws {
        var sides = [
            try side(.initiator, initPrologue, initStatic, initEphemeral),
            try side(.responder, respPrologue, respStatic, respEphemeral),
        ]
        for (number, message) in messages.prefix(3).enumerated() {
            let sender = number % 2
            #expect(try sides[sender].writeMessage(payload: message.payload.bytes) == message.ciphertext.bytes)
            #expect(try sides[1 - sender].readMessage(message.ciphertext.bytes) == message.payload.bytes)
        }
        #expect(sides[0].isComplete && sides[1].isComplete)
        #expect(sides[0].remoteStatic?.bytes == respStatic.flatMap { AgreementKey(secret: $0.bytes) }?.publicKey.bytes)
        #expect(sides[1].remoteStatic?.bytes == initStatic.flatMap { AgreementKey(secret: $0.bytes) }?.publicKey.bytes)
        let (first, second) = (sides[0].split(), sides[1].split())
        var sessions = [try #require(first), try #require(second)]
        #expect(sides[0].split() == nil, "a second split would use nonces twice")
        for session in sessions {
            if let handshakeHash { #expect(session.handshakeHash.bytes == handshakeHash.bytes) }
        }
        for (number, message) in messages.enumerated().dropFirst(3) {
            let sender = number % 2
            if message.rekey == true {
                sessions[sender].sending.rekey()
                sessions[1 - sender].receiving.rekey()
            }
            var buffer = message.payload.bytes + [UInt8](repeating: 0, count: NoiseCipher.tagBytes)
            #expect(buffer.withUnsafeMutableBytes { sessions[sender].sending.seal($0) })
            #expect(buffer == message.ciphertext.bytes)
            #expect(buffer.withUnsafeMutableBytes { sessions[1 - sender].receiving.open($0) })
            #expect(Array(buffer.dropLast(NoiseCipher.tagBytes)) == message.payload.bytes)
        }
    }

    private func side(
        _ role: NoiseXX.Role, _ prologue: HexBytes, _ staticKey: HexBytes?, _ ephemeral: HexBytes?
    ) throws -> NoiseXX {
        let staticKey = try #require(staticKey.flatMap { AgreementKey(secret: $0.bytes) })
        let ephemeral = try #require(ephemeral.flatMap { AgreementKey(secret: $0.bytes) })
        return NoiseXX(role: role, staticKey: staticKey, prologue: prologue.bytes, ephemeral: ephemeral)
    }
}

/// A file of vectors.
struct NoiseVectorFile: Decodable, Sendable {
    let vectors: [NoiseVector]
}
