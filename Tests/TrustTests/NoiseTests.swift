import Basics
import Testing
import Trust

/// The handshake against independent implementations, and against people between the two sides.
struct NoiseTests {
    private static let suite = "Noise_XX_25519_ChaChaPoly_SHA256"

    @Test func messagesAreThoseOfAnIndependentImplementation() throws {
        let file = try VectorFile.committed("noise-vectors.json", as: NoiseVectorFile.self)
        #expect(file.vectors.count == 4)
        for vector in file.vectors {
            #expect(vector.protocolName == NoiseTests.suite)
            try vector.check()
        }
    }

    @Test(.enabled(if: VectorFile.shared("noise-vectors.json") != nil, "the shared vectors are not on this machine"))
    func messagesAreThoseOfThePublishedCollections() throws {
        let url = try #require(VectorFile.shared("noise-vectors.json"))
        let file = try VectorFile.decode(NoiseVectorFile.self, from: url)
        let ours = file.vectors.filter { $0.protocolName == NoiseTests.suite }
        #expect(!ours.isEmpty)
        for vector in ours { try vector.check() }
    }

    @Test func bothSidesLearnWhoTheOtherIs() throws {
        let (a, b) = (AgreementKey(), AgreementKey())
        var pair = NoisePair(a, b)
        try pair.run()
        #expect(pair.initiator.remoteStatic == b.publicKey)
        #expect(pair.responder.remoteStatic == a.publicKey)
        #expect(pair.initiator.handshakeHash == pair.responder.handshakeHash)
    }

    @Test func aChangedPrologueEndsTheHandshake() throws {
        var pair = NoisePair(AgreementKey(), AgreementKey(), prologues: ([1], [2]))
        #expect(throws: NoiseError.notAuthentic) { try pair.run() }
    }

    @Test func everyFlippedBitEndsTheHandshake() throws {
        var random = RandomSource(seed: 7)
        for message in 0..<3 {
            for _ in 0..<40 {
                var pair = NoisePair(AgreementKey(), AgreementKey())
                let position = Double.random(in: 0..<1, using: &random)
                #expect(throws: NoiseError.self) {
                    try pair.run { number, bytes in
                        guard number == message else { return }
                        bytes[Int(position * Double(bytes.count))] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                    }
                }
            }
        }
    }

    @Test func arbitraryMessagesEndTheHandshake() throws {
        var random = RandomSource(seed: 8)
        for round in 0..<600 {
            var pair = NoisePair(AgreementKey(), AgreementKey())
            let target = round % 3
            let junk = random.bytes(Int.random(in: 0..<300, using: &random))
            let isWeakFirst = target == 0 && junk.count >= Digest.byteCount
            do throws(NoiseError) {
                try pair.run { number, bytes in if number == target { bytes = junk } }
                Issue.record("junk passed for message \(target)")
            } catch {
                #expect(!isWeakFirst || error == .notAuthentic, "\(error)")
            }
        }
        var pair = NoisePair(AgreementKey(), AgreementKey())
        #expect(throws: NoiseError.tooLong) {
            try pair.responder.readMessage([UInt8](repeating: 1, count: 65_536))
        }
    }

    @Test(arguments: [UInt8(0), 1])
    func aKeyOfSmallOrderIsRefused(first: UInt8) throws {
        let weak = [first] + [UInt8](repeating: 0, count: 31)
        var responder = NoiseXX(role: .responder, staticKey: AgreementKey(), prologue: [])
        _ = try responder.readMessage(weak)
        #expect(throws: NoiseError.weakKey) { try responder.writeMessage(payload: []) }
    }

    @Test func messagesOutOfTurnAreRefusedAndFinal() throws {
        var responder = NoiseXX(role: .responder, staticKey: AgreementKey(), prologue: [])
        #expect(throws: NoiseError.outOfTurn) { try responder.writeMessage(payload: []) }
        var initiator = NoiseXX(role: .initiator, staticKey: AgreementKey(), prologue: [])
        let first = try initiator.writeMessage(payload: [])
        #expect(throws: NoiseError.outOfTurn) { try initiator.writeMessage(payload: []) }
        #expect(initiator.split() == nil)
        #expect(throws: NoiseError.outOfTurn) { try responder.readMessage(first) }
        #expect(!initiator.isComplete && !responder.isComplete)
    }

    @Test func anOversizedPayloadIsRefused() {
        var initiator = NoiseXX(role: .initiator, staticKey: AgreementKey(), prologue: [])
        #expect(throws: NoiseError.tooLong) {
            try initiator.writeMessage(payload: [UInt8](repeating: 0, count: 65_535 - 31))
        }
    }
}

/// Two sides of one handshake, with somebody who may touch the messages between them.
struct NoisePair {
    var initiator: NoiseXX
    var responder: NoiseXX

    init(_ a: AgreementKey, _ b: AgreementKey, prologues: ([UInt8], [UInt8]) = ([], [])) {
        initiator = NoiseXX(role: .initiator, staticKey: a, prologue: prologues.0)
        responder = NoiseXX(role: .responder, staticKey: b, prologue: prologues.1)
    }

    mutating func run(
        _ touch: (_ number: Int, _ message: inout [UInt8]) -> Void = { _, _ in }
    ) throws(NoiseError) {
        var message = try initiator.writeMessage(payload: [])
        touch(0, &message)
        _ = try responder.readMessage(message)
        message = try responder.writeMessage(payload: [2, 2])
        touch(1, &message)
        _ = try initiator.readMessage(message)
        message = try initiator.writeMessage(payload: [3, 3, 3])
        touch(2, &message)
        _ = try responder.readMessage(message)
    }
}
