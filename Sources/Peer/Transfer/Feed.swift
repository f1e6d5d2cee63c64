import Basics
import ImageStore
import NIOCore
import Pipeline

/// One child's subscription at its parent: the frames of what ``Exchange`` decides for it.
final class Feed {
    let stream: UInt32
    unowned let session: Session
    unowned let transfer: ImageTransfer
    /// The child's number in the exchange.
    let child: Exchange.ChildID
    /// Whole chunks on their way out to this child, or read ahead for it.
    private var chunks: [Int: VerifiedChunk] = [:]
    /// Bytes of slices that went out since ``FlowMeter`` last looked.
    var unmeteredBytes: Int64 = 0
    /// Bytes that its socket had not taken then.
    var waitingBytes: Int64 = 0
    /// Something was written that the socket was not told of.
    private var isUnflushed = false

    init(stream: UInt32, session: Session, transfer: ImageTransfer, child: Exchange.ChildID) {
        self.stream = stream
        self.session = session
        self.transfer = transfer
        self.child = child
    }

    func send(_ next: Exchange.Send) {
        switch next {
        case .announce(let index): announce(index)
        case .slice(let index, let slice, _): send(index, slice)
        case .load(let index): load(index)
        }
    }

    func flush() {
        guard isUnflushed else { return }
        isUnflushed = false
        session.flush()
    }

    /// A chunk that is being sent while it arrives is whole: the rest goes out from here.
    func becameWhole(_ index: Int, _ chunk: VerifiedChunk) {
        if transfer.exchange.isOpen(index, for: child) { chunks[index] = chunk }
    }

    /// The child asks for something else, or for something anew.
    ///
    /// - Returns: false when that does not fit the image.
    func change(to want: Want) -> Bool {
        guard transfer.exchange.change(child, to: want) else { return false }
        chunks = chunks.filter {
            transfer.exchange.isOpen($0.key, for: child) || transfer.exchange.isLoading($0.key, for: child)
        }
        return true
    }

    /// Ten times a second: says that this peer is alive and what it holds, or sends the child away.
    ///
    /// - Returns: false when the feed is over.
    func tick() -> Bool {
        switch transfer.exchange.tick(child, isWritable: session.isWritable) {
        case .nothing: return true
        case .progress:
            sayProgress()
            return true
        case .refuse:
            session.send(.refused, stream: stream)
            return false
        }
    }

    /// That this peer is alive and how much it holds.
    func sayProgress() {
        session.send(.progress, stream: stream, index: UInt32(transfer.exchange.held.population))
    }

    private func announce(_ index: Int) {
        let body: ChunkBody
        if let chunk = chunks[index] {
            body = ChunkBody(length: chunk.bytes.count, tag: chunk.tag, slices: chunk.sliceHashes)
        } else if let identity = transfer.arriving[index]?.identity {
            body = ChunkBody(length: identity.length, tag: identity.tag, slices: identity.sliceHashes)
        } else {
            return session.close()
        }
        session.send(.chunk, stream: stream, index: UInt32(index), body: body.encoded(), flush: false)
        isUnflushed = true
    }

    private func send(_ index: Int, _ slice: Int) {
        let sent: Int?
        if let chunk = chunks[index] {
            sent = chunk.withSlice(at: slice) { send(index, slice, $0) }
            if !transfer.exchange.isOpen(index, for: child) { chunks[index] = nil }
        } else if let arriving = transfer.arriving[index] {
            sent = arriving.withSlice(at: slice) { send(index, slice, $0) }
        } else {
            sent = nil
        }
        guard let sent else { return session.close() }
        transfer.countSent(sent)
        unmeteredBytes += Int64(sent)
        isUnflushed = true
    }

    private func send(_ index: Int, _ slice: Int, _ payload: UnsafeRawBufferPointer) -> Int {
        session.sendSlice(stream: stream, index: UInt32(index), slice: UInt8(slice), payload: payload)
        return payload.count
    }

    private func load(_ index: Int) {
        if let chunk = transfer.recent(index) { return took(index, chunk) }
        transfer.load(index) { [weak self] chunk in
            guard let self else { return }
            took(index, chunk)
            transfer.plane.pumpAtEnd(transfer)
        }
    }

    private func took(_ index: Int, _ chunk: VerifiedChunk?) {
        if let chunk { chunks[index] = chunk }
        transfer.exchange.loaded(index, for: child, isGood: chunk != nil)
    }
}
