import Basics
import ImageStore
import Logging
import NIOCore
import Pipeline

/// One image at one peer: runs its ``Exchange`` over sessions and the store.
///
/// It belongs to the event loop. A verified slice goes to the children at once and to the store in batches on a worker;
/// children never wait for the disk.
final class ImageTransfer {
    let image: ImageID
    let manifest: Manifest
    let chunks: [ManifestChunk]
    var exchange: Exchange
    unowned let plane: DataPlane
    var lastUse: NIODeadline = .now()

    // The plan
    /// Who takes part in the install; nil until that has come.
    var keeper: PlanKeeper?
    /// Slower ones have a better plan when this peer has everything.
    var othersWait = false
    /// News that came before it.
    var earlyNews = PlanNews()
    /// A plan is being made.
    var isPlanning = false
    /// Bytes per second that the plan has for this host.
    var plannedRate = 0
    var plannedStripes = 0
    /// Finds out that this host's own link carries less than the plan has for it.
    var capacity = CapacityWatch()
    /// Finds out who is near, where nobody has told.
    var echoes: EchoWatch?

    // Feeding
    /// By the child's number in the exchange.
    private(set) var feeds: [Feed?] = []
    var recentChunks = RecentChunks()
    /// Who waits for chunks that are being read.
    private var loads: [Int: [(VerifiedChunk?) -> Void]] = [:]
    private var isPumping = false
    /// ``pump()`` is called when this turn of the event loop ends.
    var isPumpDue = false
    /// How fast bytes come and go, for those who ask.
    var meter = FlowMeter()

    // Limits
    /// What the newest order says.
    var terms = TransferTerms.usual
    /// Bytes per second that other images leave; nil: what there is.
    var allowed: (up: Int?, down: Int?)
    /// Bytes of slices that came and went since this began.
    var bytesIn: Int64 = 0
    private(set) var bytesOut: Int64 = 0
    var sending: RateLimit?
    var receiving: RateLimit?
    var sendingTimer: Scheduled<Void>?
    var creditTimer: Scheduled<Void>?

    // Receiving
    /// The bytes of the chunks that are arriving.
    var arriving: [Int: ReceivingChunk] = [:]
    var subscriptions: [PeerID: Subscription] = [:]
    var lastAttempt = 0
    var outputs: [Exchange.Output] = []
    var assembler: ImageAssembler?
    var waiter: ReceiveWaiter?
    var tally = TransferTally()
    var chunksReceived: Int64 = 0

    // Storing
    var unwritten: [(index: Int, chunk: VerifiedChunk)] = []
    /// Chunks that children may get and that the store does not have yet; bounded like the exchange's unstored bytes.
    var undurable: [Int: VerifiedChunk] = [:]
    var isWriting = false
    var lastWrite = Instant.origin
    /// Of this fetch.
    var bytesWritten: Int64 = 0
    /// What this fetch had to bring.
    var bytesAwaited: Int64 = 0
    /// Stored bytes of the chunks that are not durable here.
    var lackingBytes: Int64

    init(image: ImageID, manifest: Manifest, held: Bitmap, lackingBytes: Int64, plane: DataPlane) {
        self.image = image
        self.lackingBytes = lackingBytes
        self.manifest = manifest
        chunks = manifest.distinctChunks
        exchange = Exchange(lengths: chunks.map(\.storedLength), held: held)
        self.plane = plane
    }

    var isReceiving: Bool { waiter != nil }
    var isIdle: Bool { waiter == nil && exchange.childCount == 0 }
    /// Every chunk is here, and durable.
    var isStored: Bool { exchange.held.isFull && unwritten.isEmpty && !isWriting }

    // MARK: Feeding children

    func add(_ feed: Feed) {
        while feeds.count <= feed.child { feeds.append(nil) }
        feeds[feed.child] = feed
        share(over: feed.session)
        lastUse = .now()
        plane.beBusy()
        pump()
    }

    func remove(_ feed: Feed) {
        guard feeds.indices.contains(feed.child), feeds[feed.child] === feed else { return }
        meter.ended(feed)
        feeds[feed.child] = nil
        exchange.removeChild(feed.child)
        lastUse = .now()
        if isIdle { take(.usual) }
        pump()
    }

    /// Sends children what they may get, as far as their sockets take it.
    func pump() {
        // Writing may make a socket say that it takes more: that is seen by the loop below.
        guard !isPumping, !feeds.isEmpty else { return }
        isPumping = true
        defer { isPumping = false }
        while maySend(), let (child, next) = exchange.next({ feeds[$0]?.session.isWritable ?? false }) {
            feeds[child]?.send(next)
            if case .slice(_, _, let bytes) = next { sent(bytes) }
        }
        for feed in feeds { feed?.flush() }
    }

    /// Ten times a second while something is under way.
    ///
    /// - Parameter lag: how late ticks come.
    func tick(now: Instant, lag: Duration) {
        exchange.isLate(by: lag * 4)
        if exchange.nextDeadline <= now { handle(.timer) }
        writeNext()
        lookAtEchoes(now: now)
        lookAtCapacity(now: now)
        followPlanIfDue(now: now)
        exchange.tickChildren()
        for feed in feeds {
            guard let feed, !feed.tick() else { continue }
            feed.session.feeds[feed.stream] = nil
            remove(feed)
        }
        pump()
        lookAtFlow(now: now)
    }

    /// A chunk that is in memory: one of the last that came, or one that is not durable yet.
    func recent(_ index: Int) -> VerifiedChunk? { recentChunks[index] ?? undurable[index] }

    func countSent(_ bytes: Int) {
        bytesOut += Int64(bytes)
        plane.counters.bytesSent += Int64(bytes)
    }

    /// Keeps a chunk in memory for the children that lack it.
    func keepRecent(_ chunk: VerifiedChunk, at index: Int) {
        recentChunks.insert(chunk, at: index, now: plane.now()) { exchange.isLacking($0) }
    }

    /// Reads a held chunk for a child, once for all that ask; nil when it is damaged and so no longer held.
    func load(_ index: Int, then: @escaping (VerifiedChunk?) -> Void) {
        guard loads[index]?.append(then) == nil else { return }
        loads[index] = [then]
        let id = chunks[index].id
        let store = plane.store
        plane.workers.run(on: plane.loop) {
            try store.readVerified(id)
        } then: { [weak self] result in
            guard let self else { return }
            let waiting = loads.removeValue(forKey: index) ?? []
            let chunk = try? result.get()
            if let chunk { keepRecent(chunk, at: index) }
            if case .failure(let error) = result {
                plane.logger.warning("a held chunk cannot be served: \(error)")
                lose(index)
            }
            for then in waiting { then(chunk) }
        }
    }

    /// A chunk turned out not to be here after all; while this peer still receives, it asks for it again, over new
    /// subscriptions since those that there are have sent it.
    private func lose(_ index: Int) {
        guard exchange.held[index], undurable[index] == nil else { return }
        exchange.lose(index)
        lackingBytes += Int64(chunks[index].storedLength)
        if isReceiving { bytesAwaited += Int64(chunks[index].storedLength) }
        for peer in subscriptions.keys.sorted() {
            leave(peer)
            handle(.lost(peer))
        }
    }
}
