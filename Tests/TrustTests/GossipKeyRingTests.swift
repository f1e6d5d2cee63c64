import Basics
import Testing
import Trust

/// A ring of gossip keys: later keys come in any order, one seals, old ones go and stay away.
struct GossipKeyRingTests {
    private func key(_ epoch: UInt32, _ fill: UInt8? = nil) -> GossipKey {
        GossipKey(epoch: epoch, secret: [UInt8](repeating: fill ?? UInt8(epoch), count: 32))
    }

    @Test func aRingOfOneKeySealsWithIt() {
        let ring = GossipKeyRing(key(7))
        #expect(ring.epochs == [7] && ring.sealingKey.epoch == 7)
    }

    @Test func aKeyThatIsAddedDoesNotSealUntilItIsUsed() throws {
        var ring = GossipKeyRing(key(0))
        try ring.add(key(1))
        #expect(ring.epochs == [0, 1] && ring.sealingKey.epoch == 0)
        try ring.use(epoch: 1)
        #expect(ring.sealingKey.epoch == 1 && ring.sealingKey.bytes == key(1).bytes)
        #expect(ring.retire() == [0])
        #expect(ring.epochs == [1])
        #expect(ring.retire() == [])
    }

    @Test func laterKeysComeInAnyOrderAndTheSameOneTwice() throws {
        var ring = GossipKeyRing(key(3))
        for epoch: UInt32 in [9, 5, 9, 3, 5] { try ring.add(key(epoch)) }
        #expect(ring.epochs == [3, 5, 9] && ring.sealingKey.epoch == 3)
        try ring.use(epoch: 5)
        ring.retire()
        #expect(ring.epochs == [5, 9])
    }

    @Test func otherBytesForAnEpochAreRefused() throws {
        var ring = GossipKeyRing(key(3))
        try ring.add(key(4))
        for epoch: UInt32 in [3, 4] {
            #expect(throws: GossipKeyRingError.otherSecret(epoch: epoch)) { try ring.add(key(epoch, 99)) }
        }
        #expect(try GossipKeyRing(decoding: ring.encoded()).encoded() == ring.encoded())
        #expect(ring.sealingKey.bytes == key(3).bytes)
    }

    @Test func aRetiredKeyDoesNotComeBack() throws {
        var ring = GossipKeyRing(key(3))
        try ring.add(key(4))
        try ring.use(epoch: 4)
        ring.retire()
        #expect(throws: GossipKeyRingError.notLater(epoch: 3, sealing: 4)) { try ring.add(key(3)) }
    }

    @Test func aFullRingTakesNoMore() throws {
        var ring = GossipKeyRing(key(0))
        for epoch in 1..<UInt32(TrustLimits.gossipKeys) { try ring.add(key(epoch)) }
        let next = UInt32(TrustLimits.gossipKeys)
        #expect(throws: GossipKeyRingError.full(epoch: next)) { try ring.add(key(next)) }
        try ring.add(key(next - 1))
        #expect(ring.encoded().count == TrustLimits.gossipKeyRingBytes)
        try ring.use(epoch: 2)
        #expect(ring.retire() == [0, 1])
        try ring.add(key(next))
        #expect(ring.epochs.last == next)
    }

    @Test func onlyAnOperatorGoesBack() throws {
        var ring = GossipKeyRing(key(3))
        try ring.add(key(4))
        try ring.use(epoch: 4)
        #expect(throws: GossipKeyRingError.notLater(epoch: 3, sealing: 4)) { try ring.use(epoch: 3) }
        try ring.goBack(to: 3)
        #expect(ring.sealingKey.epoch == 3 && ring.retire() == [])
        for unknown: UInt32 in [2, 5] {
            #expect(throws: GossipKeyRingError.unknownEpoch(unknown)) { try ring.use(epoch: unknown) }
            #expect(throws: GossipKeyRingError.unknownEpoch(unknown)) { try ring.goBack(to: unknown) }
        }
        #expect(ring.sealingKey.epoch == 3)
    }

    @Test func theLastEpochHasNoSuccessor() throws {
        var ring = GossipKeyRing(key(1))
        try ring.add(key(.max, 5))
        try ring.use(epoch: .max)
        ring.retire()
        #expect(throws: GossipKeyRingError.notLater(epoch: 2, sealing: .max)) { try ring.add(key(2)) }
    }

    @Test func aFileSaysWhichKeySeals() throws {
        var ring = GossipKeyRing(.random(epoch: 3))
        try ring.add(.random(epoch: 4))
        try ring.add(.random(epoch: 8))
        try ring.use(epoch: 4)
        let copy = try GossipKeyRing(decoding: ring.encoded())
        #expect(copy.epochs == [3, 4, 8])
        #expect(copy.sealingKey.epoch == 4 && copy.sealingKey.bytes == ring.sealingKey.bytes)
    }

    @Test func aFileThatContradictsItselfIsRefused() throws {
        func file(count: UInt8, epochs: [UInt32], sealing: UInt32) -> [UInt8] {
            var writer = ByteWriter()
            writer.write(bytes: Array("SKEINGK1".utf8))
            writer.write(count)
            for epoch in epochs {
                writer.write(epoch)
                writer.write(bytes: [UInt8](repeating: 1, count: 32))
            }
            writer.write(sealing)
            return writer.bytes
        }
        #expect(try GossipKeyRing(decoding: file(count: 2, epochs: [1, 2], sealing: 2)).epochs == [1, 2])
        let refused: [(bytes: [UInt8], error: DecodeError)] = [
            (file(count: 0, epochs: [], sealing: 0), .outOfRange("number of gossip keys")),
            (file(count: 5, epochs: [1, 2, 3, 4], sealing: 1), .outOfRange("number of gossip keys")),
            (file(count: 5, epochs: [1, 2, 3, 4, 5], sealing: 1), .outOfRange("gossip key ring size")),
            (file(count: 2, epochs: [2, 1], sealing: 1), .malformed("epochs of gossip keys do not ascend")),
            (file(count: 2, epochs: [1, 1], sealing: 1), .malformed("epochs of gossip keys do not ascend")),
            (file(count: 2, epochs: [1, 2], sealing: 3), .malformed("the sealing gossip key is not in the ring")),
            (Array("SKEINST1".utf8) + [1], .badMagic),
        ]
        for (bytes, error) in refused {
            #expect(throws: error) { try GossipKeyRing(decoding: bytes) }
        }
    }

    @Test func noTextShowsASecret() {
        let ring = GossipKeyRing(key(1, 0xC3))
        var dumped = ""
        dump(ring, to: &dumped)
        for text in ["\(ring)", "\(ring.sealingKey)", String(reflecting: ring), dumped] {
            #expect(SecretText.isAbsent(from: text))
        }
    }
}

/// How a secret of 32 bytes 0xC3 would look in a text.
enum SecretText {
    static func isAbsent(from text: String) -> Bool {
        ["195, 195", "- 195", "14106333703424951235", "c3c3c3c3"].allSatisfy { !text.lowercased().contains($0) }
    }
}
