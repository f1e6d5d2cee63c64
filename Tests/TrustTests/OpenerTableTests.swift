import Basics
import Testing
import Trust

/// What an opener remembers is bounded, and nobody without the key changes it; datagrams open where they lie.
struct OpenerTableTests {
    private let key = GossipKey(epoch: 1, secret: [UInt8](repeating: 9, count: 32))

    private func peer(_ number: Int) -> PeerID {
        PeerID(ContentHash.of([UInt8(truncatingIfNeeded: number), UInt8(number >> 8)]))
    }

    private func sealer(_ sender: Int, boot: Int = 0) -> GossipSealer {
        var id = [UInt8](repeating: 0, count: 16)
        id[0] = UInt8(truncatingIfNeeded: boot)
        id[1] = UInt8(boot >> 8)
        return GossipSealer(key: key, sender: peer(sender), bootID: id)
    }

    @Test func datagramsAreSealedAndOpenedWhereTheyLie() throws {
        var (sealer, opener) = (sealer(1), GossipOpener(key: key))
        var buffer = [UInt8](repeating: 0xEE, count: 300)
        let start = GossipSealer.headerBytes
        for count in [0, 1, 64, 200, 300 - GossipSealer.overheadBytes] {
            let plain = (0..<count).map { UInt8($0 & 0xFF) }
            buffer.replaceSubrange(start..<start + count, with: plain)
            let sealed = buffer.withUnsafeMutableBytes { sealer.seal(into: $0, plainBytes: count) }
            let size = try #require(sealed)
            #expect(size == count + GossipSealer.overheadBytes)
            let opening = buffer.withUnsafeMutableBytes {
                opener.open(UnsafeMutableRawBufferPointer(rebasing: $0[..<size]))
            }
            let opened = try #require(opening)
            #expect(opened.sender == peer(1) && opened.epoch == 1)
            #expect(opened.plain == start..<start + count && Array(buffer[opened.plain]) == plain)
        }
        #expect(opener.counters.opened == 5)
    }

    @Test func aBufferWithoutRoomIsLeftAlone() {
        var sealer = sealer(1)
        var buffer = [UInt8](repeating: 0xEE, count: 100)
        for plainBytes in [24, 100, -1, .max, .min] {
            #expect(buffer.withUnsafeMutableBytes { sealer.seal(into: $0, plainBytes: plainBytes) } == nil)
        }
        #expect(buffer == [UInt8](repeating: 0xEE, count: 100))
        #expect(buffer.withUnsafeMutableBytes { sealer.seal(into: $0, plainBytes: 23) } == 100)
        let empty = UnsafeMutableRawBufferPointer(start: nil, count: 0)
        #expect(sealer.seal(into: empty, plainBytes: 0) == nil)
        let largest = TrustLimits.datagramBytes - GossipSealer.overheadBytes
        #expect(sealer.seal([UInt8](repeating: 1, count: largest)).count == TrustLimits.datagramBytes)
        #expect(sealer.seal([UInt8](repeating: 1, count: largest + 1)) == [])
    }

    @Test func bothWaysOfSealingGiveTheSameBytes() {
        var (one, other) = (sealer(1), sealer(1))
        var buffer = [UInt8](repeating: 0xEE, count: 3 + GossipSealer.overheadBytes)
        buffer.replaceSubrange(GossipSealer.headerBytes..<GossipSealer.headerBytes + 3, with: [1, 2, 3])
        _ = buffer.withUnsafeMutableBytes { one.seal(into: $0, plainBytes: 3) }
        #expect(buffer == other.seal([1, 2, 3]))
    }

    @Test func aSenderWithManyBootsPushesOutItsOwnOldestOnly() {
        var opener = GossipOpener(key: key)
        var others = (2..<6).map { sealer($0) }
        let seen = others.indices.map { others[$0].seal([1]) }
        for datagram in seen { #expect(opener.open(datagram) != nil) }
        var former: [[UInt8]] = []
        for boot in 0..<300 {
            var sealer = sealer(1, boot: boot)
            let datagram = sealer.seal([1])
            #expect(opener.open(datagram) != nil)
            former.append(datagram)
        }
        #expect(opener.streamCount == others.count + TrustLimits.streamsPerSender)
        #expect(opener.counters.streamsPushedOut == 296 && opener.counters.sendersPushedOut == 0)
        for datagram in former.suffix(4) + seen { #expect(opener.open(datagram) == nil) }
        #expect(opener.counters.replayed == 8)
    }

    @Test func theStreamThatWasUsedLongestAgoGoesFirst() {
        var opener = GossipOpener(key: key)
        var sealers = (0..<5).map { sealer(1, boot: $0) }
        let first = (0..<4).map { sealers[$0].seal([1]) }
        for datagram in first { #expect(opener.open(datagram) != nil) }
        for boot in [0, 2, 3] { #expect(opener.open(sealers[boot].seal([2])) != nil) }
        #expect(opener.open(sealers[4].seal([1])) != nil)
        for boot in [0, 2, 3] { #expect(opener.open(first[boot]) == nil) }
        #expect(opener.open(first[1]) != nil, "boot 1 was forgotten")
    }

    @Test func aFloodOfMembersKeepsTheTableAtItsSizeAndTheRecentInIt() {
        var opener = GossipOpener(ring: GossipKeyRing(key), own: nil, senderLimit: 64)
        var steady = sealer(10_000)
        for sender in 0..<2000 {
            var other = sealer(sender)
            #expect(opener.open(other.seal([1])) != nil)
            let datagram = steady.seal([2])
            #expect(opener.open(datagram) != nil)
            #expect(opener.open(datagram) == nil, "heard all the time, so never forgotten")
        }
        #expect(opener.senderCount == 64 && opener.streamCount == 64)
        #expect(opener.counters.sendersPushedOut == 2001 - 64)
    }

    @Test func strangersChangeNothing() {
        var opener = GossipOpener(ring: GossipKeyRing(key), own: nil, senderLimit: 2)
        var members = [sealer(1), sealer(2)]
        let seen = members.indices.map { members[$0].seal([1]) }
        for datagram in seen { #expect(opener.open(datagram) != nil) }
        for number in 0..<1000 {
            var stranger = GossipSealer(
                key: GossipKey(epoch: 1, secret: [UInt8](repeating: 8, count: 32)), sender: peer(number))
            #expect(opener.open(stranger.seal([1])) == nil)
        }
        #expect(opener.counters.forged == 1000)
        #expect(opener.senderCount == 2 && opener.counters.sendersPushedOut == 0)
        for datagram in seen { #expect(opener.open(datagram) == nil) }
    }

    @Test func aTableThatIsEmptiedByRotationIsUsedAgain() throws {
        var ring = GossipKeyRing(key)
        var opener = GossipOpener(ring: ring, own: nil, senderLimit: 16)
        for epoch: UInt32 in 2..<8 {
            for sender in 0..<20 {
                var sealer = GossipSealer(ring: ring, sender: peer(sender))
                let datagram = sealer.seal([1])
                #expect(opener.open(datagram) != nil)
                #expect(opener.open(datagram) == nil)
            }
            #expect(opener.senderCount == 16 && opener.streamCount == 16)
            try ring.add(.random(epoch: epoch))
            try ring.use(epoch: epoch)
            ring.retire()
            opener.take(ring)
            #expect(opener.senderCount == 0 && opener.streamCount == 0)
        }
    }
}
