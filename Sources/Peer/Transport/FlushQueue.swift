/// Sessions that have something to send in this turn of the event loop: it goes out when all that came was dealt with.
///
/// A turn brings many slices. To send each at once would cost a system call a slice, and small packets.
final class FlushQueue {
    private(set) var isHolding = false
    private var waiting: [Session] = []

    /// From here on nothing is sent.
    func hold() { isHolding = true }

    func add(_ session: Session) { waiting.append(session) }

    /// All that came was dealt with.
    func release() {
        isHolding = false
        guard !waiting.isEmpty else { return }
        let sessions = waiting
        waiting.removeAll(keepingCapacity: true)
        for session in sessions where !session.isClosed { session.flushNow() }
    }
}
