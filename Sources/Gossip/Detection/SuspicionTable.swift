import Basics

/// The suspicions that run, found by the suspect; half of a large group may be suspected at once.
struct SuspicionTable: Sendable {
    private(set) var all: [Suspicion] = []
    /// Looked up, never walked.
    private var places: [PeerID: Int] = [:]
    /// How many run that an accuser began and nobody else has confirmed.
    private var lonely: [PeerID: Int] = [:]

    private var callsSince = Instant.origin
    private var calls = 0

    private static let leastRoom = 32

    func index(of suspect: PeerID) -> Int? { all.isEmpty ? nil : places[suspect] }

    func lonelyCount(by accuser: PeerID) -> Int { all.isEmpty ? 0 : lonely[accuser] ?? 0 }

    mutating func add(_ suspicion: Suspicion) {
        if all.capacity == 0 {
            // All at once: a table that grew step by step would take memory in the middle of a storm.
            all.reserveCapacity(SuspicionTable.leastRoom)
            places.reserveCapacity(SuspicionTable.leastRoom)
            lonely.reserveCapacity(SuspicionTable.leastRoom)
        }
        places[suspicion.suspect] = all.count
        all.append(suspicion)
        lonely[suspicion.accusers[0]] = (lonely[suspicion.accusers[0]] ?? 0) + 1
    }

    /// Whether one more suspect may be called now, of so many in a time; counts it.
    mutating func mayCall(_ now: Instant, most: Int, in time: Duration) -> Bool {
        if now - callsSince >= time {
            callsSince = now
            calls = 0
        }
        calls += 1
        return calls <= most
    }

    /// Counts an accuser; false when it adds nothing.
    mutating func confirm(at place: Int, by accuser: PeerID) -> Bool {
        let wasLonely = all[place].accusers.count == 1
        guard all[place].confirm(by: accuser) else { return false }
        if wasLonely { forgetLonely(all[place].accusers[0]) }
        return true
    }

    mutating func update(at place: Int, _ body: (inout Suspicion) -> Void) { body(&all[place]) }

    /// Ends the suspicion of a peer, if there is one.
    mutating func remove(_ suspect: PeerID) {
        guard !all.isEmpty, let place = places.removeValue(forKey: suspect) else { return }
        if all[place].accusers.count == 1 { forgetLonely(all[place].accusers[0]) }
        all.swapAt(place, all.count - 1)
        all.removeLast()
        if place < all.count { places[all[place].suspect] = place }
    }

    private mutating func forgetLonely(_ accuser: PeerID) {
        let left = (lonely[accuser] ?? 1) - 1
        lonely[accuser] = left > 0 ? left : nil
    }
}
