import Basics
import NIOCore

/// Sends bytes that only count over one session, as fast as its socket takes them, until it is stopped.
///
/// What waits in the queues of program and kernel is bounded by a small share of a second at the rate of the socket: it
/// has to be out soon after the end, since the next burst would measure it.
final class ProbeSender {
    private let session: Session
    private let stream: UInt32
    private let limit: UInt64
    private let start = MonotonicClock.now()
    private var sent: UInt64 = 0
    /// Bytes that the kernel has not taken.
    private var waiting = 0
    private var queue = PeerLimits.probeQueueLeast
    private(set) var isStopped = false

    /// All payloads are pieces of this one.
    private static let zeros = ByteBuffer(repeating: 0, count: PeerLimits.probePayloadBytes)
    private static let unsentLimit = ChannelOptions.Types.SocketOption(level: .tcp, name: .init(rawValue: 25))

    /// - Parameter limit: bytes after which it stops by itself.
    init(session: Session, stream: UInt32, limit: UInt64) {
        self.session = session
        self.stream = stream
        self.limit = limit
        setKernelQueue(queue)
        pump()
    }

    func stop() {
        guard !isStopped else { return }
        isStopped = true
        // The system's own bound again.
        setKernelQueue(0)
    }

    /// Two batches are under way, so that the socket has the next when it has taken one.
    private func pump() {
        adapt()
        let batch = max(PeerLimits.probeFirstPayloadBytes, queue / 2)
        while !isStopped, !session.isClosed, waiting <= batch, sent < limit { send(batch) }
    }

    private func send(_ batch: Int) {
        let size = sent < PeerLimits.probeFirstBytes ? PeerLimits.probeFirstPayloadBytes : PeerLimits.probePayloadBytes
        var bytes = 0
        while bytes < batch {
            guard let payload = ProbeSender.zeros.getSlice(at: 0, length: size) else { return }
            session.sendProbeData(stream: stream, payload: payload)
            bytes += size
        }
        sent += UInt64(bytes)
        waiting += bytes
        let taken = session.channel.eventLoop.makePromise(of: Void.self)
        let loop = NIOLoopBound(self, eventLoop: session.channel.eventLoop)
        let count = bytes
        taken.futureResult.assumeIsolated().whenComplete { result in
            self.waiting -= count
            guard case .success = result else { return self.isStopped = true }
            // Others have their turn between two batches.
            self.session.channel.eventLoop.execute { loop.value.pump() }
        }
        session.flush(taken)
    }

    private func adapt() {
        let elapsed = (MonotonicClock.now() - start).inSeconds
        guard elapsed > 0.01 else { return }
        let share = Double(sent) / elapsed / Double(PeerLimits.probeQueueShare)
        let wanted = min(max(Int(share), PeerLimits.probeQueueLeast), PeerLimits.probeQueueMost)
        guard wanted > queue * 5 / 4 || wanted < queue * 3 / 4 else { return }
        queue = wanted
        setKernelQueue(wanted)
    }

    private func setKernelQueue(_ bytes: Int) {
        guard !session.isClosed else { return }
        _ = try? session.channel.syncOptions?.setOption(ProbeSender.unsentLimit, value: .init(bytes))
    }
}
