import Basics
import Testing
import Trust

/// One direction of a session: order, tampering, rekeying, the end of the counter.
struct NoiseCipherTests {
    private let key = [UInt8](repeating: 0x42, count: 32)

    private func sealed(_ cipher: inout NoiseCipher, _ plain: [UInt8], additional: [UInt8] = []) -> [UInt8]? {
        var buffer = plain + [UInt8](repeating: 0, count: NoiseCipher.tagBytes)
        let isSealed = buffer.withUnsafeMutableBytes { buffer in
            additional.withUnsafeBytes { cipher.seal(buffer, additional: $0) }
        }
        return isSealed ? buffer : nil
    }

    private func opened(_ cipher: inout NoiseCipher, _ sealed: [UInt8], additional: [UInt8] = []) -> [UInt8]? {
        var buffer = sealed
        let isAuthentic = buffer.withUnsafeMutableBytes { buffer in
            additional.withUnsafeBytes { cipher.open(buffer, additional: $0) }
        }
        return isAuthentic ? Array(buffer.dropLast(NoiseCipher.tagBytes)) : nil
    }

    @Test func buffersOpenOnceAndInOrder() throws {
        var sender = NoiseCipher(key: key, counter: 0)
        var receiver = NoiseCipher(key: key, counter: 0)
        let first = try #require(sealed(&sender, [1, 2, 3], additional: [9]))
        let second = try #require(sealed(&sender, []))
        #expect(opened(&receiver, second) == nil, "out of order")
        #expect(opened(&receiver, first) == nil, "other additional data")
        #expect(opened(&receiver, first, additional: [9]) == [1, 2, 3])
        #expect(opened(&receiver, first, additional: [9]) == nil, "a replay")
        #expect(opened(&receiver, second) == [])
        #expect(receiver.counter == 2)
    }

    @Test func everyFlippedBitIsRefused() throws {
        for bit in 0..<(8 * (5 + NoiseCipher.tagBytes)) {
            var sender = NoiseCipher(key: key, counter: 3)
            var receiver = NoiseCipher(key: key, counter: 3)
            var bytes = try #require(sealed(&sender, [1, 2, 3, 4, 5]))
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(opened(&receiver, bytes) == nil)
        }
    }

    @Test func rekeyingOnBothSidesGoesOnAndOnOneSideEnds() throws {
        var sender = NoiseCipher(key: key, counter: 0)
        var receiver = NoiseCipher(key: key, counter: 0)
        let before = try #require(sealed(&sender, [1]))
        #expect(opened(&receiver, before) == [1])
        sender.rekey()
        let bytes = try #require(sealed(&sender, [2]))
        #expect(opened(&receiver, bytes) == nil)
        receiver.rekey()
        #expect(opened(&receiver, bytes) == [2])
        #expect(receiver.counter == 2, "rekeying leaves the counter alone")
    }

    @Test func aUsedUpCounterSealsAndOpensNothing() throws {
        var sender = NoiseCipher(key: key, counter: .max - 1)
        var receiver = NoiseCipher(key: key, counter: .max - 1)
        let last = try #require(sealed(&sender, [1]))
        #expect(opened(&receiver, last) == [1])
        #expect(sealed(&sender, [1]) == nil)
        #expect(opened(&receiver, last) == nil)
    }

    @Test(arguments: 0..<16) func buffersWithoutRoomForATagAreRefused(count: Int) {
        var cipher = NoiseCipher(key: key, counter: 0)
        var buffer = [UInt8](repeating: 0, count: count)
        #expect(buffer.withUnsafeMutableBytes { cipher.seal($0) } == false)
        #expect(buffer.withUnsafeMutableBytes { cipher.open($0) } == false)
        #expect(cipher.counter == 0)
    }
}
