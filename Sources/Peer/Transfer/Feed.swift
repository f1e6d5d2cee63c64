import Basics
import ImageStore
import NIOCore
import Pipeline

/// One child's subscription at its parent: carries out what ``Exchange`` decides for it, as far as its socket takes it.
final class Feed {
    let stream: UInt32
    unowned let session: Session
    unowned let transfer: ImageTransfer
    /// The child's number in the exchange.
    let child: Exchange.ChildID
    /// Chunks on their way out to this child; at most what is read ahead, and the current one.
    private var chunks: [Int: VerifiedChunk] = [:]

    init(stream: UInt32, session: Session, transfer: ImageTransfer, child: Exchange.ChildID) {
        self.stream = stream
        self.session = session
        self.transfer = transfer
        self.child = child
    }

    /// Sends as much as credit, the socket and what is at hand allow.
    func pump() {
        var wrote = false
        while session.isWritable, let next = transfer.exchange.nextSend(to: child) {
            switch next {
            case .announce(let index):
                announce(index)
            case .slice(let index, let slice, _):
                send(index, slice)
            case .load(let index):
                load(index)
                continue
            }
            wrote = true
        }
        if wrote { session.flush() }
    }

    /// A chunk that is being sent while it arrives is whole: the rest goes out from here.
    func becameWhole(_ index: Int, _ chunk: VerifiedChunk) {
        if transfer.exchange.current(of: child) == index { chunks[index] = chunk }
    }

    /// Once a second or so nothing was sent: says that this peer is alive, or sends the child away.
    ///
    /// - Returns: false when the feed is over.
    func tick() -> Bool {
        switch transfer.exchange.tick(child, isWritable: session.isWritable) {
        case .nothing: return true
        case .progress:
            session.send(.progress, stream: stream)
            return true
        case .refuse:
            session.send(.refused, stream: stream)
            return false
        }
    }

    private func announce(_ index: Int) {
        let body: ChunkBody
        if let chunk = chunks[index] {
            body = ChunkBody(length: chunk.bytes.count, tag: chunk.tag, slices: chunk.sliceHashes)
        } else if let identity = transfer.arriving?.identity {
            body = ChunkBody(length: identity.length, tag: identity.tag, slices: identity.sliceHashes)
        } else {
            return session.close()
        }
        session.send(.chunk, stream: stream, index: UInt32(index), body: body.encoded(), flush: false)
    }

    private func send(_ index: Int, _ slice: Int) {
        let sent: Int?
        if let chunk = chunks[index] {
            sent = chunk.withSlice(at: slice) { send(index, slice, chunk.identity, $0) }
            if slice + 1 == chunk.sliceHashes.count { chunks[index] = nil }
        } else if let arriving = transfer.arriving, arriving.index == index {
            sent = arriving.withSlice(at: slice) { send(index, slice, arriving.identity, $0) }
        } else {
            sent = nil
        }
        guard let sent else { return session.close() }
        transfer.countSent(sent)
    }

    private func send(_ index: Int, _ slice: Int, _ identity: ChunkIdentity, _ payload: UnsafeRawBufferPointer) -> Int {
        session.sendSlice(
            stream: stream, index: UInt32(index), slice: UInt8(slice), hash: identity.sliceHashes[slice],
            payload: payload)
        return payload.count
    }

    private func load(_ index: Int) {
        if let chunk = transfer.recent(index) { return took(index, chunk) }
        transfer.load(index) { [weak self] chunk in
            guard let self else { return }
            took(index, chunk)
            pump()
        }
    }

    private func took(_ index: Int, _ chunk: VerifiedChunk?) {
        if let chunk { chunks[index] = chunk }
        transfer.exchange.loaded(index, for: child, isGood: chunk != nil)
    }
}
