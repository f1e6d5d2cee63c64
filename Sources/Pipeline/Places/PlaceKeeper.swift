import Basics

/// What the peers of an install know of links that nobody has told of.
///
/// What was found follows from the set of all sightings, in whatever order they came, so peers that have heard the same know
/// the same: all first sightings count, then the second ones as what came after them, and so on.
struct PlaceKeeper: Sendable {
    private let inputs: PlanInputs
    private let fingerprint: UInt64
    /// There may be something to find.
    private let isUseful: Bool
    /// By observer, by version.
    private var seen: [Int: [PlaceSighting]] = [:]
    private var newest: UInt32 = 0
    /// Hosts may stand in a row at first: then the first versions of all only say that it is slow, without any echoes.
    private let doubts: UInt32

    init(_ inputs: PlanInputs) {
        self.inputs = inputs
        fingerprint = inputs.fingerprint
        isUseful = inputs.hasHiddenPlaces
        doubts = AddressRow.isPossible(inputs) ? Self.doubtsOfHost : 0
    }

    /// How often one host can say that a row is slow.
    private static let doubtsOfHost: UInt32 = 3
    /// A row is slow when so many say so, or one in so many of those who may: a single host may be slow itself.
    private static let leastDoubts = 3
    private static let doubtingShare = 8

    /// Sightings of one host that count.
    static let versions: UInt32 = 6
    /// Hosts that tell something: where there are more, some of them, the same for all peers.
    private static let observers = 256

    /// All, by observer and version.
    var sightings: [PlaceSighting] { seen.sorted { $0.key < $1.key }.flatMap(\.value) }

    /// - Returns: what was new.
    mutating func take(_ sightings: [PlaceSighting]) -> [PlaceSighting] {
        guard isUseful else { return [] }
        var fresh: [PlaceSighting] = []
        for sighting in sightings where isValid(sighting) {
            var versions = seen[sighting.observer] ?? []
            guard !versions.contains(where: { $0.version == sighting.version }) else { continue }
            versions.append(sighting)
            versions.sort { $0.version < $1.version }
            seen[sighting.observer] = versions
            newest = max(newest, sighting.version)
            fresh.append(sighting)
        }
        return fresh
    }

    /// What a host tells that found out how far others are; nil when it has told enough.
    ///
    /// - Parameter isLater: the host follows what others have found out: what it hears does not count among the first.
    func sighting(by observer: PeerID, _ echoes: [PeerID: EchoLevel], isLater: Bool) -> PlaceSighting? {
        guard let own = inputs.place(of: observer), isObserver(own) else { return nil }
        let known = inputs.hosts.enumerated().compactMap { place, host in
            echoes[host.peer].map { PlaceSighting.Echo(place: place, level: $0) }
        }
        let version = max((seen[own]?.last?.version ?? 0) + 1, doubts + (isLater ? 2 : 1))
        guard version <= doubts + Self.versions, !known.isEmpty else { return nil }
        return PlaceSighting(inputs: fingerprint, observer: own, version: version, echoes: known)
    }

    /// What a host tells that gets too little in a row; nil when it has told enough.
    func doubt(by observer: PeerID) -> PlaceSighting? {
        guard let own = inputs.place(of: observer), isObserver(own) else { return nil }
        let version = (seen[own]?.last?.version ?? 0) + 1
        guard version <= doubts else { return nil }
        return PlaceSighting(inputs: fingerprint, observer: own, version: version, echoes: [])
    }

    /// Too many get too little in the row.
    var isRowSlow: Bool {
        let told = seen.values.reduce(0) { $0 + $1.count { $0.version <= doubts } }
        return doubts > 0 && told >= max(Self.leastDoubts, min(hosts.count, Self.observers) / Self.doubtingShare)
    }

    private var hosts: [PlanInputs.Host] { inputs.hosts }

    private func isObserver(_ place: Int) -> Bool { place % (hosts.count / Self.observers + 1) == 0 }

    private func isValid(_ sighting: PlaceSighting) -> Bool {
        sighting.inputs == fingerprint && sighting.observer < hosts.count && isObserver(sighting.observer)
            && sighting.version >= 1 && sighting.version <= doubts + Self.versions
            && (sighting.version > doubts || sighting.echoes.isEmpty)
            && sighting.echoes.count <= PipelineLimits.echoes
            && sighting.echoes.allSatisfy { $0.place < hosts.count }
    }

    /// What follows from all that is known. It takes a while where many tell something: not for an event loop.
    var found: HiddenPlaces {
        var found = HiddenPlaces(count: hosts.count)
        guard newest > 0 else { return found }
        for version in 1...newest {
            let known = seen.keys.sorted().compactMap { seen[$0]?.last { $0.version <= version } }
            found = HiddenPlaces(hosts, known, after: found)
        }
        return found
    }
}
