import Basics
import Trust

/// An opener that hears raw bytes, sealed datagrams of many senders, boots and counters, and changed copies of them.
struct OpenerStory {
    private var input: FuzzInput
    private var opener: GossipOpener
    private var last: [UInt8] = []

    private static let key = GossipKey(epoch: 1, secret: [UInt8](repeating: 7, count: 32))
    private static let other = GossipKey(epoch: 2, secret: [UInt8](repeating: 8, count: 32))
    private static let senders = 4
    private static let own = PeerID(Digest(prefix: 9))

    init(_ bytes: UnsafeRawBufferPointer) {
        input = FuzzInput(bytes)
        opener = GossipOpener(
            ring: GossipKeyRing(OpenerStory.key), own: OpenerStory.own, senderLimit: OpenerStory.senders)
    }

    mutating func run() {
        var steps = 0
        while !input.isUsedUp, steps < 100 {
            step()
            steps += 1
            precondition(opener.senderCount <= OpenerStory.senders, "too many senders are remembered")
            precondition(
                opener.streamCount <= OpenerStory.senders * TrustLimits.streamsPerSender, "too many streams")
        }
    }

    private mutating func step() {
        switch input.byte() % 8 {
        case 0: _ = opener.open(Array(input.take(input.number16() % 2000)))
        case 1:
            var changed = last
            input.mutate(&changed)
            let opened = opener.open(changed)
            precondition(opened == nil || changed == last, "what was changed opens")
        case 2:
            var ring = GossipKeyRing(OpenerStory.key)
            if input.byte() & 1 == 1 { try? ring.add(OpenerStory.other) }
            opener.take(ring)
        default: hearSealed()
        }
    }

    private mutating func hearSealed() {
        let sender = PeerID(Digest(prefix: UInt64(input.byte() % 10)))
        let boot = [UInt8](repeating: input.byte() % 6, count: 16)
        let counter = input.number64()
        var sealer = GossipSealer(
            key: input.byte() % 4 == 0 ? OpenerStory.other : OpenerStory.key, sender: sender, bootID: boot,
            counter: counter)
        let plain = Array(input.take(Int(input.byte())))
        last = sealer.seal(plain)
        let opened = opener.open(last)
        if let opened { precondition(opened.sender == sender && opened.plain == plain, "opened to something else") }
        precondition(opened == nil || sender != OpenerStory.own, "our own datagram came back and was opened")
    }

    @Sendable static func seeds() -> [[UInt8]] {
        var random = RandomSource(seed: 5)
        return (0..<12).map { random.bytes(30 + $0 * 25) }
    }
}
