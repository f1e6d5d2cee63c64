import Basics

/// Events in the order of their time, and of their making where times are equal: a binary heap.
struct EventQueue<Event> {
    private var heap: [(at: Instant, order: UInt64, event: Event)] = []
    private var made: UInt64 = 0

    var nextTime: Instant? { heap.first?.at }

    mutating func add(_ event: Event, at instant: Instant) {
        made += 1
        heap.append((instant, made, event))
        var child = heap.count - 1
        while child > 0, isBefore(child, (child - 1) / 2) {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func pop() -> (at: Instant, event: Event)? {
        guard let first = heap.first else { return nil }
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && isBefore(child, least) {
                least = child
            }
            if least == parent { break }
            heap.swapAt(parent, least)
            parent = least
        }
        return (first.at, first.event)
    }

    private func isBefore(_ a: Int, _ b: Int) -> Bool {
        (heap[a].at, heap[a].order) < (heap[b].at, heap[b].order)
    }
}
