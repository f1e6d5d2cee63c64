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
    /// The bytes of the chunk that is arriving.
    private(set) var arriving: ReceivingChunk?
    private var recentChunks = RecentChunks(limit: PipelineLimits.recentChunks)

    private unowned let plane: DataPlane
    private(set) var feeds: [ObjectIdentifier: Feed] = [:]
    var lastUse: NIODeadline = .now()

    // Receiving
    private var subscription: (peer: PeerID, session: Session, stream: UInt32)?
    private var attempt = 0
    private var unwritten: [(index: Int, chunk: VerifiedChunk)] = []
    /// Chunks that children may get and that the store does not have yet; bounded like the exchange's unstored bytes.
    private var undurable: [Int: VerifiedChunk] = [:]
    private var isWriting = false
    private var lastWrite = Instant.origin
    private var assembler: ImageAssembler?
    private var waiter: ReceiveWaiter?
    private(set) var bytesReceived: Int64 = 0
    private(set) var chunksReceived: Int64 = 0
    private var bytesWritten: Int64 = 0
    private(set) var tally = TransferTally()
    private var outputs: [ParentChoice.Output] = []

    init(image: ImageID, manifest: Manifest, held: Bitmap, plane: DataPlane) {
        self.image = image
        self.manifest = manifest
        chunks = manifest.distinctChunks
        exchange = Exchange(lengths: chunks.map(\.storedLength), held: held)
        self.plane = plane
    }

    var isReceiving: Bool { waiter != nil }
    var isIdle: Bool { waiter == nil && feeds.isEmpty }

    // MARK: Feeding children

    func add(_ feed: Feed) {
        feeds[ObjectIdentifier(feed)] = feed
        lastUse = .now()
        plane.beBusy()
        feed.pump()
    }

    func remove(_ feed: Feed) {
        guard feeds.removeValue(forKey: ObjectIdentifier(feed)) != nil else { return }
        exchange.removeChild(feed.child)
        lastUse = .now()
    }

    /// A chunk that is in memory: one of the last that came, or one that is not durable yet.
    func recent(_ index: Int) -> VerifiedChunk? { recentChunks[index] ?? undurable[index] }

    func countSent(_ bytes: Int) { plane.counters.bytesSent += Int64(bytes) }

    /// Reads a held chunk for a child; nil when it is damaged and so no longer held.
    func load(_ index: Int, then: @escaping (VerifiedChunk?) -> Void) {
        let id = chunks[index].id
        let store = plane.store
        plane.workers.run(on: plane.loop) {
            try store.readVerified(id)
        } then: { [weak self] result in
            guard let self else { return }
            switch result {
            case .success(let chunk):
                then(chunk)
            case .failure(let error):
                plane.logger.warning("a held chunk cannot be served: \(error)")
                lose(index)
                then(nil)
            }
        }
    }

    /// A chunk turned out not to be here after all; while this peer still receives, it asks for it again.
    private func lose(_ index: Int) {
        guard exchange.held[index], undurable[index] == nil else { return }
        exchange.lose(index)
        guard let parent = subscription?.peer else { return }
        unsubscribe()
        handle(.lost(parent))
    }

    private func pumpFeeds() {
        for feed in feeds.values { feed.pump() }
    }

    // MARK: Receiving

    /// Starts to fetch what is lacking; `waiter` hears how it goes on and ends.
    func receive(from candidates: [PeerID], assembler: ImageAssembler?, waiter: ReceiveWaiter) {
        self.assembler = assembler
        self.waiter = waiter
        plane.beBusy()
        bytesReceived = 0
        chunksReceived = 0
        bytesWritten = 0
        tally = TransferTally()
        guard !finishIfWhole() else { return }
        exchange.receive(from: candidates, now: plane.now(), into: &outputs)
        carryOut()
    }

    private func stopReceiving() {
        waiter = nil
        assembler = nil
        unsubscribe()
        exchange.stopReceiving()
    }

    /// Ends the fetch on request; what came is kept.
    func cancelReceiving() {
        end(.failure(SkeinError(.cancelled, doing: "fetching image \(image.short)", cause: "it was cancelled")))
    }

    func tick(now: Instant) {
        if exchange.nextDeadline <= now { handle(.timer) }
        writeNext()
    }

    func accepted(by peer: PeerID) { handle(.accepted(peer)) }
    func starved(by peer: PeerID) { handle(.starved(peer)) }

    /// The parent's session ended.
    func lost(_ peer: PeerID) { drop(peer, .lost(peer)) }

    /// The parent does not have the image, or nothing of what is lacking here.
    func refused(by peer: PeerID) { drop(peer, .refused(peer)) }

    private func drop(_ peer: PeerID, _ input: ParentChoice.Input) {
        guard subscription?.peer == peer || exchange.parent == peer else { return }
        subscription = nil
        dropArriving()
        handle(input)
    }

    func received(chunk index: Int, body: ChunkBody, from session: Session) {
        guard subscription?.session === session else { return }
        guard index < chunks.count, body.length == chunks[index].storedLength,
            let identity = ChunkIdentity(
                id: chunks[index].id, length: body.length, tag: body.tag, sliceHashes: body.slices)
        else { return blame(session) }
        switch exchange.begin(chunk: index) {
        case .overrun:
            // A parent that ignores the credit it was given would fill this host's memory.
            return session.close()
        case .taken(let wasted):
            // A parent whose own parent was lost in the middle of a chunk begins another: what came of the first is void.
            tally.wasted(wasted)
            giveCredit()
        }
        arriving = ReceivingChunk(index: index, identity: identity)
        pumpFeeds()
    }

    func received(slice: Int, of index: Int, hash: Digest, payload: ByteBuffer, from session: Session) {
        guard subscription?.session === session, var chunk = arriving else { return }
        arriving = nil
        guard chunk.index == index else { return blame(session) }
        switch chunk.add(slice: slice, hash: hash, payload: payload) {
        case .lie:
            return blame(session)
        case .harmed:
            plane.counters.harmedSlices += 1
            plane.logger.warning("a slice from \(session.name) was harmed on the way; asking again")
            return session.close()
        case .taken:
            break
        }
        bytesReceived += Int64(payload.readableBytes)
        plane.counters.bytesReceived += Int64(payload.readableBytes)
        tally.received(payload.readableBytes, from: session.peer, now: plane.now())
        let arrival = exchange.arrive(from: session.peer, now: plane.now(), into: &outputs)
        switch arrival {
        case .partial: arriving = chunk
        case .whole(let index), .duplicate(let index):
            if let whole = chunk.finish() { keep(whole, at: index, isNew: arrival == .whole(index)) }
        }
        carryOut()
        pumpFeeds()
    }

    private func keep(_ chunk: VerifiedChunk, at index: Int, isNew: Bool) {
        chunksReceived += 1
        recentChunks.insert(chunk, at: index)
        for feed in feeds.values { feed.becameWhole(index, chunk) }
        guard isNew else {
            tally.wasted(chunk.bytes.count)
            return giveCredit()
        }
        unwritten.append((index, chunk))
        undurable[index] = chunk
        writeNext()
    }

    /// The sender's sealed header contradicts the ChunkID: it lied.
    private func blame(_ session: Session) {
        plane.counters.badSlices += 1
        plane.logger.warning("peer \(session.name) sent bytes that contradict the manifest of image \(image.short)")
        subscription = nil
        dropArriving()
        handle(.lied(session.peer))
        session.close()
    }

    private func dropArriving() {
        arriving = nil
        tally.wasted(exchange.dropArriving())
        pumpFeeds()
    }

    private func handle(_ input: ParentChoice.Input) {
        exchange.handle(input, now: plane.now(), into: &outputs)
        carryOut()
    }

    private func carryOut() {
        guard !outputs.isEmpty else { return }
        let batch = outputs
        outputs.removeAll(keepingCapacity: true)
        for output in batch {
            switch output {
            case .subscribe(let peer): subscribe(to: peer)
            case .unsubscribe(let peer): unsubscribe(from: peer)
            case .failed(let reason):
                end(.failure(failure(reason)))
            }
        }
    }

    private func failure(_ reason: ParentChoice.Failure) -> SkeinError {
        let doing = "fetching image \(manifest.name) (\(image.short))"
        let total = chunks.count
        let missing = total - exchange.held.population
        switch reason {
        case .noProgress:
            return SkeinError(
                .unreachable, doing: doing,
                cause: "no byte came for \(Int(PipelineLimits.noProgress.inSeconds)) s from any peer that has it",
                next: "see `skein peers` for who is alive; chunks that came are kept, so asking again goes on from here"
            )
        case .refused:
            return SkeinError(
                .notFound, doing: doing,
                cause: "\(missing) of its \(total) chunks are lacking, and no peer that was asked can serve them",
                next:
                    "run `skein image verify` at the source: damaged chunks are never served; then push from a sound copy"
            )
        }
    }

    private func subscribe(to peer: PeerID) {
        attempt += 1
        let thisAttempt = attempt
        plane.connect(to: peer) { [weak self] result in
            guard let self, attempt == thisAttempt, exchange.parent == peer else { return }
            switch result {
            case .success(let session):
                let stream = session.makeStream()
                subscription = (peer, session, stream)
                session.subscriptions[stream] = self
                let credit = UInt32(exchange.takeFirstCredit())
                let body = SubscribeBody(image: image, credit: credit, lacking: exchange.lacking)
                session.send(.subscribe, stream: stream, body: body.encoded())
            case .failure(let error):
                plane.logger.debug("cannot reach a parent for image \(image.short): \(error)")
                handle(.lost(peer))
            }
        }
    }

    private func unsubscribe(from peer: PeerID) {
        attempt += 1
        guard subscription?.peer == peer else { return }
        unsubscribe()
    }

    private func unsubscribe() {
        guard let (_, session, stream) = subscription else { return }
        subscription = nil
        session.subscriptions[stream] = nil
        session.send(.unsubscribe, stream: stream)
        dropArriving()
    }

    // MARK: Storing

    private func writeNext() {
        guard !isWriting, !unwritten.isEmpty else { return }
        // A commit costs the same for one chunk as for many: it waits for some more, yet never long and not for the last.
        let now = plane.now()
        guard
            unwritten.count >= PeerLimits.chunksWorthAWrite || now - lastWrite >= PeerLimits.writePause
                || exchange.held.isFull || waiter == nil
        else { return }
        lastWrite = now
        isWriting = true
        let batch = Array(unwritten.prefix(PeerLimits.chunksPerWrite))
        unwritten.removeFirst(batch.count)
        let store = plane.store
        let assembler = assembler
        plane.workers.run(on: plane.loop) {
            try store.commit(batch.map(\.chunk))
            for (index, chunk) in batch { try assembler?.place(distinctIndex: index, chunk: chunk) }
        } then: { [weak self] result in
            self?.wrote(batch, result)
        }
    }

    private func wrote(_ batch: [(index: Int, chunk: VerifiedChunk)], _ result: Result<Void, any Error>) {
        isWriting = false
        let bytes = batch.reduce(0) { $0 + $1.chunk.bytes.count }
        for (index, _) in batch { undurable[index] = nil }
        switch result {
        case .failure(let error):
            // What is durable stays held; the rest is not, and is fetched by the next attempt.
            exchange.storingFailed((batch + unwritten).map(\.index))
            recentChunks.removeAll()
            undurable = [:]
            unwritten = []
            end(.failure(SkeinError.wrap(error, doing: "storing chunks of image \(image.short)")))
        case .success:
            bytesWritten += Int64(bytes)
            exchange.stored(bytes: bytes)
            giveCredit()
            waiter?.onProgress(TransferProgress(bytes: bytesWritten, chunks: chunksReceived))
            if !finishIfWhole() { writeNext() }
        }
    }

    private func giveCredit() {
        guard let (_, session, stream) = subscription, let credit = exchange.takeCredit() else { return }
        session.send(.credit, stream: stream, index: UInt32(credit))
    }

    private func finishIfWhole() -> Bool {
        guard waiter != nil, exchange.held.isFull, unwritten.isEmpty, !isWriting else { return false }
        end(.success(TransferProgress(bytes: bytesWritten, chunks: chunksReceived)))
        return true
    }

    private func end(_ result: Result<TransferProgress, SkeinError>) {
        guard let waiter else { return }
        stopReceiving()
        lastUse = .now()
        waiter.onEnd(result)
    }
}
