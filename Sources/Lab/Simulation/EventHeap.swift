import Basics

/// What happens next in virtual time: events in the order of their time, and of their making where times are equal.
///
/// A heap of four children a node: an event has 24 bytes, so the children of one lie in two cache lines.
struct EventHeap<Kind: Sendable> {
    private struct Entry {
        let at: Int64
        let order: UInt32
        let a: Int32
        let b: Int32
        let kind: Kind

        static func < (a: Entry, b: Entry) -> Bool {
            // Orders wrap after 2^32 events; those that wait at the same time were made close to each other.
            a.at != b.at ? a.at < b.at : Int32(bitPattern: a.order &- b.order) < 0
        }
    }

    private var entries: [Entry] = []
    private var made: UInt32 = 0

    var isEmpty: Bool { entries.isEmpty }
    /// Nanoseconds of virtual time.
    var nextTime: Int64? { entries.first?.at }

    mutating func add(_ event: VirtualEvent<Kind>, at: Int64) {
        made &+= 1
        let entry = Entry(at: at, order: made, a: event.a, b: event.b, kind: event.kind)
        entries.append(entry)
        entries.withUnsafeMutableBufferPointer { heap in
            var place = heap.count - 1
            while place > 0 {
                let parent = (place - 1) >> 2
                guard entry < heap[parent] else { break }
                heap[place] = heap[parent]
                place = parent
            }
            heap[place] = entry
        }
    }

    mutating func pop() -> (at: Int64, event: VirtualEvent<Kind>)? {
        guard let first = entries.first, let last = entries.popLast() else { return nil }
        entries.withUnsafeMutableBufferPointer { heap in
            guard !heap.isEmpty else { return }
            // What was last belongs near the leaves nearly always: a gap goes all the way down, then it goes up from there.
            var place = 0
            while true {
                let child = place * 4 + 1
                guard child < heap.count else { break }
                var least = child
                for other in child + 1..<min(child + 4, heap.count) where heap[other] < heap[least] { least = other }
                heap[place] = heap[least]
                place = least
            }
            while place > 0 {
                let parent = (place - 1) >> 2
                guard last < heap[parent] else { break }
                heap[place] = heap[parent]
                place = parent
            }
            heap[place] = last
        }
        return (first.at, VirtualEvent(first.kind, first.a, first.b))
    }
}

/// One thing that happens in virtual time; what `a` and `b` mean depends on the kind.
struct VirtualEvent<Kind: Sendable> {
    let kind: Kind
    let a: Int32
    let b: Int32

    init(_ kind: Kind, _ a: Int32 = 0, _ b: Int32 = 0) {
        self.kind = kind
        self.a = a
        self.b = b
    }

    init(_ kind: Kind, _ a: Int, _ b: Int = 0) {
        self.init(kind, Int32(truncatingIfNeeded: a), Int32(truncatingIfNeeded: b))
    }
}
