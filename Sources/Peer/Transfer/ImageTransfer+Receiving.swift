import Basics
import ImageStore
import Logging
import NIOCore
import Pipeline
import Trust

/// The fetch of an image from its parents.
extension ImageTransfer {
    /// Starts to fetch what is lacking; `waiter` hears how it goes on and ends.
    func receive(_ plan: FetchPlan, assembler: ImageAssembler?, waiter: ReceiveWaiter) {
        self.assembler = assembler
        self.waiter = waiter
        plane.beBusy()
        chunksReceived = 0
        bytesWritten = 0
        bytesAwaited = lackingBytes
        // The first chunks wait for company like all others: everything else begins at this moment too.
        lastWrite = plane.now()
        tally = TransferTally()
        capacity = CapacityWatch()
        exchange.capacity = plane.arbiter.downCapacity
        guard !finishIfWhole() else { return }
        waiter.onProgress(progress)
        spread(PlanNews(changes: keeper?.returns(now: plane.now()) ?? []), except: nil)
        adopt(plan)
    }

    /// Goes on by this plan from now on.
    func adopt(_ plan: FetchPlan) {
        othersWait = plan.othersWait
        plannedRate = plan.rate
        plannedStripes = plan.stripes
        exchange.receive(plan, now: plane.now(), into: &outputs)
        carryOut()
    }

    /// Ends the fetch on request; what came is kept.
    func cancelReceiving() {
        end(.failure(SkeinError(.cancelled, doing: "fetching image \(image.short)", cause: "it was cancelled")))
    }

    func end(_ result: Result<TransferProgress, SkeinError>) {
        guard let waiter else { return }
        self.waiter = nil
        assembler = nil
        for peer in subscriptions.keys.sorted() { leave(peer) }
        exchange.stopReceiving()
        arriving = [:]
        lastUse = .now()
        if case .failure = result { tellGivenUp() }
        if isIdle { take(.usual) }
        waiter.onEnd(result)
    }

    // MARK: What parents say

    func accepted(by peer: PeerID) { handle(.accepted(peer)) }

    /// The parent said that it is alive, and how many distinct chunks it holds.
    func isAlive(_ peer: PeerID, holding count: Int) { handle(count == chunks.count ? .whole(peer) : .starved(peer)) }

    /// The parent's session ended.
    func lost(_ peer: PeerID) {
        guard subscriptions.removeValue(forKey: peer) != nil else { return }
        handle(.lost(peer))
    }

    /// The parent does not have the image, or nothing of what is lacking here.
    func refused(by peer: PeerID) {
        guard subscriptions.removeValue(forKey: peer) != nil else { return }
        handle(.refused(peer))
    }

    func received(chunk index: Int, body: ChunkBody, from session: Session) {
        guard subscriptions[session.peer]?.session === session else { return }
        guard index < chunks.count, body.length == chunks[index].storedLength,
            let identity = ChunkIdentity(
                id: chunks[index].id, length: body.length, tag: body.tag, sliceHashes: body.slices)
        else { return blame(session) }
        switch exchange.begin(chunk: index) {
        case .overrun:
            // A parent that ignores the credit it was given would fill this host's memory.
            session.close()
        case .taken:
            arriving[index] = ReceivingChunk(index: index, identity: identity)
        case .known, .useless:
            break
        }
    }

    func received(slice: Int, of index: Int, payload: HashedSlice, from session: Session) {
        guard subscriptions[session.peer]?.session === session else { return }
        let count = payload.bytes.count
        guard arriving[index] != nil else {
            // Of a chunk that is whole by now: another parent was faster.
            guard index < chunks.count else { return blame(session) }
            tally.wasted(count)
            exchange.wasted(count, from: session.peer)
            return giveCredit(to: session.peer)
        }
        switch arriving[index]!.add(slice: slice, payload) {
        case .lie:
            return blame(session)
        case .harmed:
            plane.counters.harmedSlices += 1
            plane.logger.warning("a slice from \(session.name) was harmed on the way; asking again")
            return session.close()
        case .taken:
            break
        }
        let now = plane.now()
        bytesIn += Int64(count)
        plane.counters.bytesReceived += Int64(count)
        tally.received(count, from: session.peer, now: now)
        switch exchange.arrive(chunk: index, slice: slice, from: session.peer, now: now) {
        case .partial: break
        case .duplicate: tally.wasted(count)
        case .whole: if let whole = arriving.removeValue(forKey: index)?.finish() { keep(whole, at: index) }
        }
        giveCredit(to: session.peer)
        plane.pumpAtEnd(self)
    }

    private func keep(_ chunk: VerifiedChunk, at index: Int) {
        chunksReceived += 1
        keepRecent(chunk, at: index)
        for feed in feeds { feed?.becameWhole(index, chunk) }
        // Who has everything can help its children with what others still owe them.
        if exchange.held.isFull { for feed in feeds { feed?.sayProgress() } }
        unwritten.append((index, chunk))
        undurable[index] = chunk
        writeNext()
    }

    /// The sender's sealed header contradicts the ChunkID: it lied.
    private func blame(_ session: Session) {
        plane.counters.badSlices += 1
        plane.logger.warning("peer \(session.name) sent bytes that contradict the manifest of image \(image.short)")
        subscriptions[session.peer] = nil
        handle(.lied(session.peer))
        session.close()
    }

    // MARK: What the exchange asks for

    func handle(_ input: Exchange.Input) {
        exchange.handle(input, now: plane.now(), into: &outputs)
        carryOut()
    }

    private func carryOut() {
        while !outputs.isEmpty {
            let batch = outputs
            outputs.removeAll(keepingCapacity: true)
            for output in batch {
                switch output {
                case .ask(let peer): ask(peer)
                case .leave(let peer): leave(peer)
                case .missed(let peer):
                    plane.logger.debug("parent \(peer.short) of image \(image.short) was given up")
                    missed(peer)
                case .failed(let reason): end(.failure(failure(reason)))
                }
            }
        }
    }

    private func ask(_ peer: PeerID) {
        if let subscription = subscriptions[peer] {
            // One that is being opened takes along what is wanted then.
            if let session = subscription.session { tell(session, stream: subscription.stream) }
            return
        }
        lastAttempt += 1
        let attempt = lastAttempt
        subscriptions[peer] = Subscription(attempt: attempt)
        plane.connect(to: peer) { [weak self] result in
            guard let self, subscriptions[peer]?.attempt == attempt else { return }
            switch result {
            case .success(let session):
                let stream = session.makeStream()
                subscriptions[peer]?.session = session
                subscriptions[peer]?.stream = stream
                session.subscriptions[stream] = self
                tell(session, stream: stream)
                gave(credit: exchange.firstCredit())
                share(over: session)
            case .failure(let error):
                plane.logger.debug("cannot reach a parent for image \(image.short): \(error)")
                lost(peer)
            }
        }
    }

    private func tell(_ session: Session, stream: UInt32) {
        guard let want = exchange.takeWant(of: session.peer, now: plane.now()) else { return }
        let body = SubscribeBody(image: image, credit: UInt32(exchange.firstCredit()), want: want)
        session.send(.subscribe, stream: stream, body: body.encoded())
    }

    func leave(_ peer: PeerID) {
        guard let subscription = subscriptions.removeValue(forKey: peer), let session = subscription.session else {
            return
        }
        session.subscriptions[subscription.stream] = nil
        session.send(.unsubscribe, stream: subscription.stream)
    }

    func giveCredit(to peer: PeerID) {
        guard let subscription = subscriptions[peer], let session = subscription.session, mayGiveCredit(),
            let credit = exchange.takeCredit(for: peer)
        else { return }
        gave(credit: credit)
        session.send(.credit, stream: subscription.stream, index: UInt32(credit))
    }

    private func failure(_ reason: Exchange.Failure) -> SkeinError {
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

    // MARK: Storing

    func writeNext() {
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
            lackingBytes -= Int64(bytes)
            exchange.stored(bytes: bytes)
            for peer in exchange.parents { giveCredit(to: peer) }
            waiter?.onProgress(progress)
            if !finishIfWhole() { writeNext() }
        }
    }

    private var progress: TransferProgress {
        TransferProgress(bytes: bytesWritten, chunks: chunksReceived, total: bytesAwaited)
    }

    private func finishIfWhole() -> Bool {
        guard waiter != nil, isStored else { return false }
        tellDone()
        end(.success(progress))
        return true
    }
}
