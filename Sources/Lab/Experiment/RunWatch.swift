import Basics

/// What is known of a run while it goes on: who has how much, who is done, who is gone. A pure value.
struct RunWatch: Sendable {
    /// What became of a host so far.
    enum Fate: Sendable, Hashable {
        case source
        /// Its peer starts later.
        case late
        case alive
        case killed
        case stopped
    }

    /// Bytes of images over bytes on a link, headers of everything in between: an estimate for progress and for events
    /// by percent. What counts in the end is what the peers say.
    static let payloadShare = 0.98

    private(set) var fates: [Fate]
    /// Stored bytes that a host has to get.
    let needs: [Int64]
    private(set) var delivered: [Int64]
    /// Bytes of images that left the sources.
    private(set) var leftSources: Int64 = 0
    /// How often the living hosts that are no sources hold everything, as they say; nil while nobody was asked.
    private(set) var copies: Int?
    private let sources: Set<Int>
    /// When a host's copies of all images were whole; seconds since 1970.
    private(set) var finished: [Double?]
    private var before: [LinkCounter] = []
    /// Bytes that a copy of everything has.
    let copyBytes: Int64

    init(topology: Topology, images: [RunImage]) {
        let late = Set(topology.joins.map(\.host))
        needs = topology.hosts.indices.map { host in
            images.reduce(0) { $1.sources.contains(host) ? $0 : $0 + $1.lackingBytes }
        }
        fates = topology.hosts.indices.map { late.contains($0) ? .late : .alive }
        for (host, need) in needs.enumerated() where need == 0 { fates[host] = .source }
        sources = Set(images.flatMap(\.sources))
        delivered = needs.map { _ in 0 }
        finished = needs.map { _ in nil }
        copyBytes = images.reduce(0) { $0 + $1.lackingBytes }
    }

    /// Hosts that shall get something and are there.
    var awaited: [Int] { fates.indices.filter { (fates[$0] == .alive || fates[$0] == .late) && finished[$0] == nil } }
    var isDone: Bool { awaited.isEmpty }
    var totalNeed: Int64 { needs.reduce(0, +) }
    var totalDelivered: Int64 { delivered.reduce(0, +) }
    var doneCount: Int { finished.reduce(0) { $1 == nil ? $0 : $0 + 1 } }
    var targets: Int { needs.reduce(0) { $1 > 0 ? $0 + 1 : $0 } }
    var survivors: [Int] { fates.indices.filter { fates[$0] == .alive } }

    mutating func start(_ counters: [LinkCounter]) { before = counters }

    /// - Parameter counters: of the same links in the same order as at the start; the first are the hosts'.
    mutating func note(_ counters: [LinkCounter]) {
        guard counters.count == before.count else { return }
        leftSources = 0
        for host in needs.indices where host < counters.count {
            let down = Double(counters[host].downBytes &- before[host].downBytes) * Self.payloadShare
            delivered[host] = min(needs[host], Int64(down))
            if sources.contains(host) {
                leftSources += Int64(Double(counters[host].upBytes &- before[host].upBytes) * Self.payloadShare)
            }
        }
    }

    mutating func started(_ host: Int) { if fates[host] == .late { fates[host] = .alive } }
    mutating func finished(_ host: Int, at wall: Double) { finished[host] = wall }
    mutating func counted(copies: Int) { self.copies = copies }
    mutating func killed(_ host: Int) { fates[host] = .killed }
    mutating func stopped(_ host: Int) { fates[host] = .stopped }

    /// Whether a moment of the plan has come.
    func hasCome(_ moment: TopologyEvent.Moment, seconds: Double) -> Bool {
        switch moment {
        case .time(let time): seconds >= time / .seconds(1)
        case .delivered(let share): Double(totalDelivered) >= share * Double(totalNeed)
        case .copies(let count):
            // Of who cannot be asked, the links tell: the last bytes must not only have left but be there.
            max(doneCount, copies ?? 0) >= count
                || copies == nil && Double(leftSources) >= Double(count) * (Double(copyBytes) * 1.01 + 1_048_576)
        }
    }

    /// Whether it is worth asking who holds what: enough has left the sources for the copies that a moment waits for.
    func mayHaveCome(_ moment: TopologyEvent.Moment) -> Bool {
        guard case .copies(let count) = moment else { return false }
        return Double(leftSources) >= 0.95 * Double(count) * Double(copyBytes)
    }
}
