import Basics
import ImageStore
import NIOCore
import Pipeline

/// One child's subscription at its parent: what to send next, how much it may get, and what is half sent.
final class Feed {
    let stream: UInt32
    unowned let session: Session
    unowned let transfer: ImageTransfer
    var queue: FeedQueue
    /// Bytes of payload that the child still allows.
    var credit: Int
    /// The chunk being sent and its next slice.
    var current: Current?
    /// Chunks that were asked from the store or have come from it, in sending order.
    var readAhead: [ReadAhead] = []
    /// True when bytes went out since the last progress tick.
    var sentSinceTick = false

    /// Ticks in a row in which nothing that the child lacks was at hand.
    var idleTicks = 0

    /// True when the child waits for something that is not here.
    var hasNothingToSend: Bool {
        credit > 0 && session.isWritable && current == nil && readAhead.isEmpty && queue.count > 0
    }

    /// A chunk on its way out.
    enum Current {
        case whole(index: Int, chunk: VerifiedChunk, nextSlice: Int)
        /// Still arriving at us; slices go out as they come.
        case arriving(index: Int, nextSlice: Int)
    }

    /// A chunk that comes from memory or from the store.
    struct ReadAhead {
        let index: Int
        var chunk: VerifiedChunk?
    }

    init(stream: UInt32, session: Session, transfer: ImageTransfer, lacking: Bitmap, credit: Int) {
        self.stream = stream
        self.session = session
        self.transfer = transfer
        self.queue = FeedQueue(lacking: lacking)
        self.credit = credit
    }

    /// Sends as much as credit, the socket and what is at hand allow.
    func pump() {
        var wrote = false
        while credit > 0, session.isWritable, let more = sendNext() {
            wrote = wrote || more
        }
        if wrote {
            sentSinceTick = true
            session.flush()
        }
    }

    /// Sends one slice or one chunk header; nil when nothing can be sent now, else whether bytes were written.
    private func sendNext() -> Bool? {
        switch current {
        case .whole(let index, let chunk, let nextSlice):
            sendWhole(index, chunk, nextSlice)
            return true
        case .arriving(let index, let nextSlice):
            return sendArriving(index, nextSlice)
        case nil:
            return choose()
        }
    }

    private func sendWhole(_ index: Int, _ chunk: VerifiedChunk, _ slice: Int) {
        let start = slice * FormatLimits.sliceBytes
        let end = min(start + FormatLimits.sliceBytes, chunk.bytes.count)
        var payload = session.channel.allocator.buffer(capacity: end - start)
        payload.writeBytes(chunk.bytes[start..<end])
        send(index: index, slice: slice, hash: chunk.sliceHashes[slice], payload: payload)
        let isLast = slice + 1 == chunk.sliceHashes.count
        current = isLast ? nil : .whole(index: index, chunk: chunk, nextSlice: slice + 1)
    }

    private func sendArriving(_ index: Int, _ slice: Int) -> Bool? {
        if let chunk = transfer.recent(index) {
            // It became whole meanwhile; the rest goes out from memory.
            current = slice < chunk.sliceHashes.count ? .whole(index: index, chunk: chunk, nextSlice: slice) : nil
            return false
        }
        guard let arriving = transfer.arriving, arriving.index == index else {
            // Our parent was lost in the middle of the chunk: the child drops what it has of it and gets it whole later.
            current = nil
            queue.restore(index)
            return false
        }
        guard slice < arriving.slices.count else { return nil }
        send(index: index, slice: slice, hash: arriving.identity.sliceHashes[slice], payload: arriving.slices[slice])
        current = .arriving(index: index, nextSlice: slice + 1)
        return true
    }

    private func send(index: Int, slice: Int, hash: Digest, payload: ByteBuffer) {
        credit -= payload.readableBytes
        transfer.countSent(payload.readableBytes)
        session.sendSlice(stream: stream, index: UInt32(index), slice: UInt8(slice), hash: hash, payload: payload)
    }

    private func choose() -> Bool? {
        fillReadAhead()
        if let first = readAhead.first {
            guard let chunk = first.chunk else { return nil }
            readAhead.removeFirst()
            announce(first.index, ChunkBody(length: chunk.bytes.count, tag: chunk.tag, slices: chunk.sliceHashes))
            current = .whole(index: first.index, chunk: chunk, nextSlice: 0)
            return true
        }
        guard let arriving = transfer.arriving,
            case .arriving(let index)? = queue.next(held: transfer.held, arriving: arriving.index)
        else { return nil }
        let identity = arriving.identity
        announce(index, ChunkBody(length: identity.length, tag: identity.tag, slices: identity.sliceHashes))
        current = .arriving(index: index, nextSlice: 0)
        return true
    }

    private func announce(_ index: Int, _ body: ChunkBody) {
        session.send(.chunk, stream: stream, index: UInt32(index), body: body.encoded(), flush: false)
    }

    private func fillReadAhead() {
        while readAhead.count < PipelineLimits.readAheadChunks,
            case .held(let index)? = queue.next(held: transfer.held, arriving: nil)
        {
            let chunk = transfer.recent(index)
            readAhead.append(ReadAhead(index: index, chunk: chunk))
            if chunk == nil { transfer.load(index, for: self) }
        }
    }

    /// The store answered.
    func loaded(_ index: Int, _ chunk: VerifiedChunk?) {
        guard let place = readAhead.firstIndex(where: { $0.index == index }) else { return }
        if let chunk {
            readAhead[place].chunk = chunk
        } else {
            // The store found it damaged: it is no longer held, and the child must get it elsewhere or later.
            readAhead.remove(at: place)
            queue.restore(index)
        }
        pump()
    }
}
