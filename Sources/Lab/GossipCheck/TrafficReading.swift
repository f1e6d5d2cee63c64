import Basics

/// What the interfaces of a lab's hosts had carried at an instant: every frame, headers of Ethernet included.
struct TrafficReading: Sendable {
    let at: Instant
    /// In the order of the hosts.
    let links: [LinkCounter]

    /// Bytes a second of each host since an earlier reading.
    func rates(since earlier: TrafficReading) -> (up: [Double], down: [Double]) {
        let seconds = (at - earlier.at).inSeconds
        func rates(_ bytes: (LinkCounter) -> UInt64) -> [Double] {
            zip(links, earlier.links).map { Double(bytes($0) &- bytes($1)) / seconds }
        }
        return (rates(\.upBytes), rates(\.downBytes))
    }
}
