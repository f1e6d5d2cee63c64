import Basics
import Testing
import Trust

/// A site changes its gossip key while its peers go on talking.
struct RotationTests {
    /// A peer's end of the gossip: its ring, and what seals and opens with it.
    private struct Talker {
        let id: PeerID
        var ring: GossipKeyRing
        var sealer: GossipSealer
        var opener: GossipOpener

        init(_ number: UInt8, _ ring: GossipKeyRing) {
            id = PeerID(ContentHash.of([number]))
            self.ring = ring
            sealer = GossipSealer(ring: ring, sender: id)
            opener = GossipOpener(ring: ring, own: id)
        }

        mutating func change(_ change: (inout GossipKeyRing) throws -> Void) throws {
            try change(&ring)
            sealer.take(ring)
            opener.take(ring)
        }
    }

    private let old = GossipKey(epoch: 0, secret: [UInt8](repeating: 1, count: 32))
    private let new = GossipKey(epoch: 1, secret: [UInt8](repeating: 2, count: 32))

    private func peers(_ count: UInt8) -> [Talker] { (0..<count).map { Talker($0, GossipKeyRing(old)) } }

    /// Every peer seals one datagram; true when all the others open it.
    private func allHearAll(_ peers: inout [Talker]) -> Bool {
        var heard = 0
        for sender in peers.indices {
            let datagram = peers[sender].sealer.seal([UInt8(sender)])
            for receiver in peers.indices where receiver != sender {
                let opened = peers[receiver].opener.open(datagram)
                if opened?.sender == peers[sender].id, opened?.plain == [UInt8(sender)] { heard += 1 }
            }
        }
        return heard == peers.count * (peers.count - 1)
    }

    @Test func peersAtEveryStageOfARotationHearEachOther() throws {
        var peers = peers(3)
        #expect(allHearAll(&peers))
        let steps: [(inout GossipKeyRing) throws -> Void] = [
            { try $0.add(new) }, { try $0.use(epoch: 1) }, { $0.retire() },
        ]
        for step in steps {
            for peer in peers.indices {
                try peers[peer].change(step)
                #expect(allHearAll(&peers))
            }
        }
        #expect(peers.allSatisfy { $0.ring.epochs == [1] && $0.sealer.epoch == 1 })
        for peer in peers {
            let counters = peer.opener.counters
            #expect(counters.unknownEpoch == 0 && counters.forged == 0 && counters.replayed == 0)
        }
    }

    @Test func aStepThatIsTakenTooEarlyIsNotUnderstood() throws {
        var peers = peers(2)
        try peers[0].change { try $0.add(new) }
        try peers[0].change { try $0.use(epoch: 1) }
        #expect(peers[1].opener.open(peers[0].sealer.seal([1])) == nil)
        #expect(peers[1].opener.counters.unknownEpoch == 1)
    }

    @Test func aRetiredKeyOpensNothing() throws {
        var peers = peers(2)
        let late = peers[0].sealer.seal([1])
        let seen = peers[0].sealer.seal([2])
        #expect(peers[1].opener.open(seen) != nil)
        try peers[1].change {
            try $0.add(new)
            try $0.use(epoch: 1)
            $0.retire()
        }
        #expect(peers[1].opener.streamCount == 0 && peers[1].opener.senderCount == 0)
        for datagram in [late, seen, peers[0].sealer.seal([3])] { #expect(peers[1].opener.open(datagram) == nil) }
        #expect(peers[1].opener.counters.unknownEpoch == 3)
    }

    @Test func whatWasSeenStaysSeenWhileItsKeyIsInTheRing() throws {
        var peers = peers(2)
        let first = peers[0].sealer.seal([1])
        let late = peers[0].sealer.seal([2])
        #expect(peers[1].opener.open(first) != nil)
        for peer in peers.indices { try peers[peer].change { try $0.add(new) } }
        #expect(peers[1].opener.open(first) == nil)
        for peer in peers.indices { try peers[peer].change { try $0.use(epoch: 1) } }
        let second = peers[0].sealer.seal([3])
        #expect(peers[1].opener.open(second) != nil)
        #expect(peers[1].opener.open(first) == nil)
        #expect(peers[1].opener.open(late)?.plain == [2], "sealed before the switch, come after it")
        #expect(peers[1].opener.counters.replayed == 2)
        try peers[1].change { $0.retire() }
        #expect(peers[1].opener.streamCount == 1)
        #expect(peers[1].opener.open(second) == nil)
        #expect(peers[1].opener.counters.replayed == 3)
    }

    @Test func anEpochWithOtherBytesForgetsWhatWasSeen() {
        var opener = GossipOpener(key: old)
        var sealer = GossipSealer(key: old, sender: PeerID(.zero))
        #expect(opener.open(sealer.seal([1])) != nil)
        opener.take(GossipKeyRing(GossipKey(epoch: 0, secret: [UInt8](repeating: 3, count: 32))))
        #expect(opener.streamCount == 0)
        #expect(opener.open(sealer.seal([1])) == nil)
        #expect(opener.counters.forged == 1)
    }

    @Test func aSealerKeepsItsBootAndCountersUnlessTheKeyIsAnother() throws {
        var ring = GossipKeyRing(old)
        var sealer = GossipSealer(ring: ring, sender: PeerID(.zero))
        let first = sealer.seal([1])
        try ring.add(new)
        sealer.take(ring)
        let second = sealer.seal([1])
        #expect(first[..<53] == second[..<53], "epoch, sender, boot")
        #expect(first[53..<61] == [0, 0, 0, 0, 0, 0, 0, 0] && second[53..<61] == [0, 0, 0, 0, 0, 0, 0, 1])
    }

    @Test func noNonceIsUsedTwiceEvenWhenEpochsShareASecret() throws {
        var ring = GossipKeyRing(old)
        try ring.add(GossipKey(epoch: 1, secret: old.bytes))
        var sealer = GossipSealer(ring: ring, sender: PeerID(.zero))
        let plain = [UInt8](repeating: 0, count: 64)
        var streams: Set<[UInt8]> = []
        for round in 0..<8 {
            for _ in 0..<4 { streams.insert(Array(sealer.seal(plain)[61..<125])) }
            if round.isMultiple(of: 2) { try ring.use(epoch: 1) } else { try ring.goBack(to: 0) }
            sealer.take(ring)
        }
        #expect(streams.count == 32)
    }

    @Test func noTextShowsASecret() {
        let ring = GossipKeyRing(GossipKey(epoch: 0, secret: [UInt8](repeating: 0xC3, count: 32)))
        let sealer = GossipSealer(ring: ring, sender: PeerID(.zero))
        let opener = GossipOpener(ring: ring)
        var dumped = ""
        dump(opener, to: &dumped)
        dump(sealer, to: &dumped)
        for text in ["\(sealer)", "\(opener)", String(reflecting: sealer), String(reflecting: opener), dumped] {
            #expect(SecretText.isAbsent(from: text))
        }
    }
}
