import Basics
import Testing
import Trust

/// The opener against a slow model that keeps plain lists and sets, under traffic that fills and empties its tables.
struct OpenerModelTests {
    /// What an opener has to remember, the most lately used first.
    private struct Model {
        struct Stream {
            let boot: Int
            let epoch: UInt32
            var seen: Set<Int>
        }

        var senders: [(id: Int, streams: [Stream])] = []
        let senderLimit: Int

        var streamCount: Int { senders.reduce(0) { $0 + $1.streams.count } }

        /// True when the datagram is one to open, which is noted then.
        mutating func open(sender id: Int, boot: Int, epoch: UInt32, counter: Int) -> Bool {
            let at = senders.firstIndex { $0.id == id }
            var sender = at.map { senders[$0] } ?? (id: id, streams: [])
            if let known = sender.streams.firstIndex(where: { $0.boot == boot && $0.epoch == epoch }) {
                var stream = sender.streams[known]
                let highest = stream.seen.max() ?? 0
                guard highest - counter < 1024, stream.seen.insert(counter).inserted else { return false }
                sender.streams.remove(at: known)
                sender.streams.insert(stream, at: 0)
            } else {
                if sender.streams.count == TrustLimits.streamsPerSender { sender.streams.removeLast() }
                sender.streams.insert(Stream(boot: boot, epoch: epoch, seen: [counter]), at: 0)
            }
            if let at { senders.remove(at: at) } else if senders.count == senderLimit { senders.removeLast() }
            senders.insert(sender, at: 0)
            return true
        }

        mutating func retire(before epoch: UInt32) {
            for index in senders.indices { senders[index].streams.removeAll { $0.epoch < epoch } }
            senders.removeAll { $0.streams.isEmpty }
        }
    }

    /// A datagram that was sent, and what the model calls it.
    private struct Sent {
        let (sender, boot, epoch, counter): (Int, Int, UInt32, Int)
        let bytes: [UInt8]
    }

    /// A boot of a sender, of the epoch that it began in.
    private struct Run {
        let sender: Int
        let boot: Int
        let epoch: UInt32
        var counter = 0
        var sealer: GossipSealer
    }

    @Test(arguments: 1...6 as ClosedRange<UInt64>) func bothOpenTheSameDatagrams(seed: UInt64) throws {
        var random = RandomSource(seed: seed)
        var ring = GossipKeyRing(.random())
        var opener = GossipOpener(ring: ring, own: nil, senderLimit: 5)
        var model = Model(senderLimit: 5)
        var runs: [Run] = []
        var sent: [Sent] = []
        for step in 0..<6000 {
            if runs.isEmpty || Int.random(in: 0..<20, using: &random) == 0 {
                let sender = Int.random(in: 0..<8, using: &random)
                let id = PeerID(ContentHash.of([UInt8(sender)]))
                let epoch = ring.sealingKey.epoch
                runs.append(Run(sender: sender, boot: step, epoch: epoch, sealer: GossipSealer(ring: ring, sender: id)))
                if runs.count > 30 { runs.removeFirst() }
            }
            if step % 500 == 499 {
                let next = ring.sealingKey.epoch + 1
                try ring.add(.random(epoch: next))
                try ring.use(epoch: next)
                if Bool.random(using: &random) || ring.epochs.count == TrustLimits.gossipKeys {
                    ring.retire()
                    model.retire(before: next)
                }
                opener.take(ring)
            }
            let run = Int.random(in: 0..<runs.count, using: &random)
            // Some are lost on the way, so that windows have holes and jumps.
            for _ in 0..<(Int.random(in: 0..<50, using: &random) == 0 ? 700 : 1) {
                sent.append(
                    Sent(
                        sender: runs[run].sender, boot: runs[run].boot, epoch: runs[run].epoch,
                        counter: runs[run].counter, bytes: runs[run].sealer.seal([UInt8(step & 0xFF)])))
                runs[run].counter += 1
            }
            for back in [0, Int.random(in: 0..<min(sent.count, 2000), using: &random)] {
                let datagram = sent[sent.count - 1 - back]
                let isKnownEpoch = ring.epochs.contains(datagram.epoch)
                let isNew =
                    isKnownEpoch
                    && model.open(
                        sender: datagram.sender, boot: datagram.boot, epoch: datagram.epoch, counter: datagram.counter)
                #expect((opener.open(datagram.bytes) != nil) == isNew, "seed \(seed), step \(step)")
                #expect(opener.senderCount == model.senders.count && opener.streamCount == model.streamCount)
            }
        }
        let counters = opener.counters
        #expect(counters.opened > 4000 && counters.replayed > 100 && counters.forged == 0)
        #expect(counters.sendersPushedOut > 0 && counters.streamsPushedOut > 0 && counters.unknownEpoch > 0)
    }
}
