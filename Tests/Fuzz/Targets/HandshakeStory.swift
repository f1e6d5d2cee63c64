import Basics
import Peer
import Trust

/// One side of a handshake that hears an honest partner whose messages are changed, or raw bytes in their place.
struct HandshakeStory {
    private var input: FuzzInput
    private let role: NoiseXX.Role

    private static let messages = 4
    private static let prologue = Array("fuzz".utf8)

    init(_ bytes: UnsafeRawBufferPointer) {
        input = FuzzInput(bytes)
        role = input.byte() & 1 == 0 ? .initiator : .responder
    }

    private static func key(_ byte: UInt8) -> AgreementKey {
        AgreementKey(secret: [UInt8](repeating: byte, count: AgreementKey.secretBytes)) ?? AgreementKey()
    }

    /// What comes in place of a message.
    private mutating func changed(_ message: [UInt8]) -> [UInt8] {
        var message = message
        if input.byte() % 8 == 7 {
            message = Array(input.take(input.number16() % 512))
        } else {
            input.mutate(&message)
        }
        return message
    }

    mutating func noise() {
        var tested = NoiseXX(
            role: role, staticKey: Self.key(1), prologue: Self.prologue, ephemeral: Self.key(2))
        var partner = NoiseXX(
            role: role == .initiator ? .responder : .initiator, staticKey: Self.key(3), prologue: Self.prologue,
            ephemeral: Self.key(4))
        var isOurTurn = role == .initiator
        for _ in 0..<Self.messages {
            if isOurTurn {
                guard let message = try? tested.writeMessage(payload: []) else { break }
                _ = try? partner.readMessage(message)
            } else {
                let honest = (try? partner.writeMessage(payload: Array(input.take(Int(input.byte()))))) ?? []
                let heard = changed(honest)
                guard (try? tested.readMessage(heard)) != nil else {
                    precondition((try? tested.readMessage(honest)) == nil, "a handshake goes on after an error")
                    break
                }
            }
            isOurTurn.toggle()
        }
        precondition(tested.split() == nil || tested.isComplete, "a session of a handshake that is not complete")
    }

    /// The same with certificates: only who shows its own may come in.
    mutating func handshake() {
        let samples = TrustSamples.shared
        var tested = Handshake(
            role: role, identity: samples.identity, chain: samples.chain, site: samples.authority.site, expected: nil)
        var partner = NoiseXX(
            role: role == .initiator ? .responder : .initiator, staticKey: samples.identity.agreement,
            prologue: Array("skein/1 Noise_XX_25519_ChaChaPoly_SHA256".utf8))
        var outgoing = role == .initiator ? try? tested.begin() : nil
        for _ in 0..<Self.messages {
            if let message = outgoing { _ = try? partner.readMessage(message) }
            var payload = samples.chain.encoded()
            input.mutate(&payload)
            let isFirst = role == .responder && outgoing == nil
            let honest = (try? partner.writeMessage(payload: isFirst ? [] : payload)) ?? []
            guard let step = try? tested.receive(changed(honest), now: TrustSamples.now) else { return }
            switch step {
            case .reply(let message): outgoing = message
            case .done(_, _, let chain):
                precondition(chain == samples.chain, "somebody came in with another certificate")
                return
            }
        }
    }

    @Sendable static func seeds() -> [[UInt8]] {
        [
            [0], [1], [0, 0, 0, 0], [1, 0, 0, 0, 0, 0, 0], [1, 5, 1, 2, 3, 4, 5, 0, 1, 0, 9, 1], [0, 7, 0, 3, 1, 2, 3],
        ]
    }
}
