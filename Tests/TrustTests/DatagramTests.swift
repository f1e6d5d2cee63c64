import Basics
import Testing
import Trust

/// Sealed datagrams: each opens once, only for those who hold the key of its epoch.
struct DatagramTests {
    private let key = GossipKey(epoch: 1, secret: [UInt8](repeating: 9, count: 32))

    private func peer(_ number: UInt8) -> PeerID { PeerID(ContentHash.of([number])) }

    private func boot(_ number: UInt8) -> [UInt8] { [UInt8](repeating: number, count: 16) }

    @Test(arguments: [0, 1, 1200]) func aDatagramOpensOnce(count: Int) throws {
        var sealer = GossipSealer(key: key, sender: peer(1))
        var opener = GossipOpener(key: key)
        let plain = [UInt8](repeating: 7, count: count)
        let datagram = sealer.seal(plain)
        #expect(datagram.count == count + GossipSealer.overheadBytes)
        let result = opener.open(datagram)
        let opened = try #require(result)
        #expect(opened.sender == peer(1) && opened.plain == plain)
        #expect(opener.open(datagram) == nil, "a replay")
    }

    @Test func reorderedDatagramsOpenInsideTheWindow() {
        var sealer = GossipSealer(key: key, sender: peer(1))
        let datagrams = (0..<4000).map { _ in sealer.seal([1]) }
        var opener = GossipOpener(key: key)
        #expect(opener.open(datagrams[1100]) != nil)
        #expect(opener.open(datagrams[77]) != nil, "1,023 before the highest")
        #expect(opener.open(datagrams[76]) == nil, "too old to tell")
        #expect(opener.open(datagrams[1101]) != nil)
        #expect(opener.open(datagrams[77]) == nil)
        #expect(opener.open(datagrams[1100]) == nil)
        #expect(opener.open(datagrams[3000]) != nil)
        #expect(opener.open(datagrams[1101]) == nil)
        #expect(opener.open(datagrams[1977]) != nil)
        #expect(opener.open(datagrams[1977]) == nil)
        #expect(opener.counters.opened == 5 && opener.counters.replayed == 5)
    }

    @Test func everyOrderOpensEachDatagramAtMostOnce() {
        var random = RandomSource(seed: 5)
        var sealer = GossipSealer(key: key, sender: peer(1))
        let datagrams = (0..<2000).map { sealer.seal([UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)]) }
        var opener = GossipOpener(key: key)
        var opened: [[UInt8]] = []
        for _ in 0..<20_000 {
            guard let index = datagrams.indices.randomElement(using: &random) else { return }
            if let result = opener.open(datagrams[index]) { opened.append(result.plain) }
        }
        #expect(Set(opened).count == opened.count)
        #expect(opened.count >= 1024)
    }

    @Test func everyFlippedBitIsRefusedAndLeavesNoTrace() {
        var sealer = GossipSealer(key: key, sender: peer(1))
        var opener = GossipOpener(key: key)
        let datagram = sealer.seal([1, 2, 3])
        for bit in 0..<(datagram.count * 8) {
            var forged = datagram
            forged[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(opener.open(forged) == nil)
        }
        #expect(opener.senderCount == 0)
        #expect(opener.open(datagram) != nil)
        let counters = opener.counters
        #expect(counters.opened == 1 && counters.replayed == 0 && counters.own == 0)
        #expect(counters.malformed == 8, "the version")
        #expect(counters.unknownEpoch == 32)
        #expect(counters.forged == UInt64(datagram.count * 8 - 40))
    }

    @Test func anotherEpochOrKeyIsRefused() {
        var opener = GossipOpener(key: key)
        var otherEpoch = GossipSealer(key: GossipKey(epoch: 2, secret: key.bytes), sender: peer(1))
        var otherKey = GossipSealer(
            key: GossipKey(epoch: 1, secret: [UInt8](repeating: 8, count: 32)), sender: peer(1))
        #expect(opener.open(otherEpoch.seal([1])) == nil)
        #expect(opener.open(otherKey.seal([1])) == nil)
    }

    @Test func ownDatagramsSentBackAreRefused() {
        var sealer = GossipSealer(key: key, sender: peer(1))
        var opener = GossipOpener(key: key, own: peer(1))
        #expect(opener.open(sealer.seal([1])) == nil)
        #expect(opener.counters.own == 1)
    }

    @Test func sendersAndBootsHaveKeystreamsOfTheirOwn() {
        let plain = [UInt8](repeating: 0, count: 64)
        var streams: Set<[UInt8]> = []
        for sender: UInt8 in 0..<4 {
            for run: UInt8 in 0..<4 {
                var sealer = GossipSealer(key: key, sender: peer(sender), bootID: boot(run))
                for _ in 0..<4 { streams.insert(Array(sealer.seal(plain)[61..<125])) }
            }
        }
        #expect(streams.count == 64)
    }

    @Test func aRestartedSenderIsHeardAndFormerRunsAreRemembered() {
        var opener = GossipOpener(key: key)
        var last: [[UInt8]] = []
        for run: UInt8 in 0..<4 {
            var sealer = GossipSealer(key: key, sender: peer(1), bootID: boot(run))
            let datagram = sealer.seal([run])
            #expect(opener.open(datagram)?.plain == [run])
            last.append(datagram)
        }
        for datagram in last { #expect(opener.open(datagram) == nil) }
    }

    @Test func theTableOfSendersIsBoundedAndForgetsTheSilent() {
        var opener = GossipOpener(ring: GossipKeyRing(key), own: nil, senderLimit: 3)
        var sealers = (0..<5).map { GossipSealer(key: key, sender: peer($0)) }
        let first = sealers[0].seal([0])
        #expect(opener.open(first) != nil)
        for number in 1..<3 { #expect(opener.open(sealers[number].seal([1])) != nil) }
        #expect(opener.open(sealers[0].seal([0])) != nil)
        let silent = sealers[1].seal([2])
        #expect(opener.open(sealers[3].seal([3])) != nil)
        #expect(opener.senderCount == 3)
        #expect(opener.open(first) == nil, "sender 0 was heard lately and is remembered")
        #expect(opener.open(silent) != nil)
        #expect(opener.senderCount == 3)
    }
}
