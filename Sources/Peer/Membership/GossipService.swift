import Basics
import Glibc
import Gossip
import Logging
import NIOCore
import NIOPosix
import Trust

/// Runs the membership core on the event loop: datagrams, timers, signatures.
///
/// Datagrams are sealed under the site's gossip key; records are verified on a worker before the core believes them.
final class GossipService {
    private let loop: any EventLoop
    private let workers: WorkerPool
    private let logger: Logger
    private let membership: PeerMembership
    private var core: Membership
    private var sealer: GossipSealer
    private var opener: GossipOpener
    private var channel: (any Channel)?
    private var timer: Scheduled<Void>?
    /// When the timer fires; it may be earlier than anything is due.
    private var timerDeadline = Instant.never
    private var outputs: [Membership.Output] = []
    private var waiting: [Membership.Input] = []
    private var isHandling = false
    /// True once it was said that no seed answers.
    private var isAlone = false
    private var unverified = 0
    /// Whose certificate was verified, with which version of the card, and how long that holds.
    private var vouched: [PeerID: Voucher] = [:]

    private struct Voucher {
        let card: UInt64
        /// Seconds since 1970.
        let until: UInt64
    }

    private var onLeft: (() -> Void)?
    /// Called for every change of the view.
    var onEvent: (MembershipEvent) -> Void = { _ in }
    /// Persists the epoch of this identity.
    var adoptEpoch: (UInt32) -> Void = { _ in }

    init(
        loop: any EventLoop, workers: WorkerPool, logger: Logger, membership: PeerMembership, card: Card, pulse: Pulse,
        epoch: UInt32
    ) {
        self.loop = loop
        self.workers = workers
        self.logger = logger
        self.membership = membership
        var generator = SystemRandomNumberGenerator()
        core = Membership(
            ownID: membership.peerID, card: card, pulse: pulse, epoch: epoch, seed: generator.next())
        sealer = GossipSealer(key: membership.siteFile.gossipKey, sender: membership.peerID)
        opener = GossipOpener(key: membership.siteFile.gossipKey, own: membership.peerID)
    }

    /// Binds the UDP socket and joins.
    func start(listen: SocketAddress, seeds: [PeerAddress]) -> EventLoopFuture<Void> {
        let bound = NIOLoopBound(self, eventLoop: loop)
        return DatagramBootstrap(group: loop)
            .channelOption(.socketOption(.so_reuseaddr), value: 1)
            // A start of many peers comes in bursts; the kernel grants what it allows.
            .channelOption(.socketOption(.so_rcvbuf), value: .init(PeerLimits.datagramQueueBytes))
            .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 2048))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(DatagramHandler(service: bound.value))
                }
            }
            .bind(to: listen)
            .map { channel in
                bound.value.channel = channel
                bound.value.handle(.start(seeds: seeds))
                bound.value.watchSeeds(seeds)
            }
    }

    /// Says when no seed answers, since a peer that is alone by mistake looks like one that is alone on purpose.
    private func watchSeeds(_ seeds: [PeerAddress]) {
        guard !seeds.isEmpty else { return }
        let bound = NIOLoopBound(self, eventLoop: loop)
        loop.scheduleTask(in: .seconds(PeerLimits.seedSeconds)) {
            let service = bound.value
            guard service.channel != nil, service.core.presentCount == 1 else { return }
            service.isAlone = true
            let list = seeds.map(\.description).joined(separator: ", ")
            service.logger.warning(
                "none of the seeds \(list) answers: this peer works alone and goes on asking (are they up, of this site, and reachable by UDP?)"
            )
        }
    }

    /// Says goodbye; `then` is called when it has been told, or after a second.
    func leave(then: @escaping () -> Void) {
        onLeft = then
        logger.debug("gossip: \(core.counters)")
        let bound = NIOLoopBound(self, eventLoop: loop)
        loop.scheduleTask(in: .seconds(1)) { bound.value.left() }
        handle(.leave)
    }

    func close() {
        timer?.cancel()
        timerDeadline = .never
        channel?.close(promise: nil)
        channel = nil
    }

    var members: [MemberView] { core.views }

    func member(_ peer: PeerID) -> MemberView? { core.view(of: peer) }

    /// The certificate chains of the peers, as their cards carry them; each was verified before it was believed.
    var certificates: [PeerID: CertificateChain] {
        var result: [PeerID: CertificateChain] = [membership.peerID: membership.siteFile.chain]
        for member in members where !member.isSelf {
            guard let record = core.record(of: member.id, kind: .card), let card = try? Card(decoding: record.body),
                let chain = try? CertificateChain(decoding: card.certificate)
            else { continue }
            result[member.id] = chain
        }
        return result
    }

    func report(_ pulse: Pulse) { handle(.report(pulse)) }
    func lostContact(_ peer: PeerID) { handle(.lostContact(peer)) }

    fileprivate func received(_ datagram: AddressedEnvelope<ByteBuffer>) {
        guard let address = PeerAddress(datagram.remoteAddress),
            let (sender, bytes) = opener.open(Array(datagram.data.readableBytesView))
        else { return }
        handle(.datagram(from: address, sender: sender, bytes: bytes))
    }

    private func handle(_ input: Membership.Input) {
        waiting.append(input)
        guard !isHandling else { return }
        isHandling = true
        // Results of outputs are fed only after all outputs of an input have run.
        while !waiting.isEmpty {
            core.handle(waiting.removeFirst(), now: MonotonicClock.now(), into: &outputs)
            let batch = outputs
            outputs.removeAll(keepingCapacity: true)
            for output in batch { run(output) }
        }
        isHandling = false
        channel?.flush()
        schedule()
    }

    private func run(_ output: Membership.Output) {
        switch output {
        case .send(let address, let bytes):
            guard let channel, let remote = SocketAddress(address) else { return }
            let sealed = sealer.seal(bytes)
            channel.write(AddressedEnvelope(remoteAddress: remote, data: ByteBuffer(bytes: sealed)), promise: nil)
        case .verify(let record):
            verify(record)
        case .needSigned(let kind, let body, let version):
            let bytes = SignedRecord.signedBytes(owner: membership.peerID, kind: kind, version: version, body: body)
            let signature = membership.identity.signing.sign(bytes, context: .record)
            handle(
                .publish(
                    SignedRecord(
                        owner: membership.peerID, kind: kind, version: version, body: body, signature: signature.bytes))
            )
        case .adoptEpoch(let epoch):
            adoptEpoch(epoch)
        case .event(let event):
            if event == .left(membership.peerID) { left() }
            if isAlone, case .joined(let peer) = event {
                isAlone = false
                logger.notice("peer \(core.view(of: peer)?.name ?? peer.short) answers: no longer alone")
            }
            onEvent(event)
        }
    }

    private func left() {
        onLeft?()
        onLeft = nil
    }

    /// Checks the owner's signature and its certificate on a worker, with a bounded number under way.
    private func verify(_ record: SignedRecord) {
        // Overload is no forgery: a record that is not answered for is asked for again later.
        guard unverified < PeerLimits.unverifiedRecords else { return }
        unverified += 1
        let site = membership.siteFile.site
        let ownIssuer = membership.siteFile.chain.issuer
        let now = WallClock.unixSeconds()
        let known = record.kind == .card ? nil : core.record(of: record.owner, kind: .card)
        // The owner's card was verified with its certificate when it came; here that needs to be looked at again only
        // when it may have ended since.
        let isVouched = known.map { card in
            vouched[record.owner].map { $0.card == card.version && now <= $0.until } ?? false
        }
        workers.run(on: loop) { () -> Voucher? in
            guard let signature = Signature(bytes: record.signature),
                signature.isValid(for: record.signedBytes, by: record.owner.digest, context: .record)
            else { return nil }
            if isVouched == true, let known { return Voucher(card: known.version, until: now) }
            let cardRecord = known ?? record
            guard let card = try? Card(decoding: cardRecord.body),
                let chain = try? CertificateChain(decoding: card.certificate),
                chain.peer.peer == record.owner, chain.peer.name == card.name,
                card.addresses.allSatisfy({ chain.peer.allows(address: $0.addressBytes) }),
                (try? chain.verify(site: site, now: now, verified: ownIssuer)) != nil
            else { return nil }
            return Voucher(card: cardRecord.version, until: chain.peer.notAfter)
        } then: { [self] result in
            unverified -= 1
            let voucher = (try? result.get()) ?? nil
            let isGood = voucher != nil
            if let voucher, isVouched != true { vouch(voucher, for: record.owner) }
            if !isGood {
                logger.warning("a record of peer \(record.owner.short) has no valid signature or certificate")
            }
            handle(.verified(record, isGood))
        }
    }

    private func vouch(_ voucher: Voucher, for owner: PeerID) {
        // Rather forget all than keep the peers of the past for ever.
        if vouched.count >= GossipLimits.members { vouched.removeAll(keepingCapacity: true) }
        vouched[owner] = voucher
    }

    /// A timer that fires early is harmless, and cheaper than a new one after every datagram.
    private func schedule() {
        guard channel != nil, core.nextDeadline < timerDeadline else { return }
        timer?.cancel()
        timerDeadline = core.nextDeadline
        let bound = NIOLoopBound(self, eventLoop: loop)
        let wait = max(0, (timerDeadline - MonotonicClock.now()).wholeNanoseconds)
        timer = loop.scheduleTask(in: .nanoseconds(wait)) {
            bound.value.timerDeadline = .never
            bound.value.handle(.timer)
        }
    }
}

/// Hands datagrams to the service.
private final class DatagramHandler: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    private unowned let service: GossipService

    init(service: GossipService) { self.service = service }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        service.received(unwrapInboundIn(data))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A datagram that could not be sent is not repeated; membership copes with loss.
    }
}
