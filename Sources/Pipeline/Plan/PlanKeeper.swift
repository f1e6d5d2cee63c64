public import Basics

/// One peer's knowledge of who takes part in an install, and the plan that follows from it.
///
/// The inputs are those of the order, with all news since applied. They are a set that only grows, so there is no
/// coordinator and no vote: whoever misses a parent says so to its neighbours, they to theirs, and every peer derives the
/// same next plan a moment later. Who was given up in vain says that it is there, with a higher version.
public struct PlanKeeper: Sendable {
    public let own: PeerID
    private let base: PlanInputs
    /// Links that nobody has told of.
    private var places: PlaceKeeper
    private var changes: [PeerID: PlanChange] = [:]
    /// When the next plan is due to be followed; never when nothing has changed.
    public private(set) var due = Instant.never
    /// Who takes part has changed since the last plan was followed, not only what is known of hidden links.
    private var isOtherHosts = false
    /// What the plan that is followed was made of, where links are to be found.
    private var followed: PlanInputs
    /// Peers that have said that their links carry less than planned.
    public private(set) var slowedPeers: Set<PeerID> = []
    /// This peer has said that it takes no part any more.
    private var hasLeft = false
    /// From the first news until they are followed.
    private var pause = PipelineLimits.planPause

    public init(own: PeerID, inputs: PlanInputs) {
        self.own = own
        base = inputs
        followed = inputs
        mayBeRow = AddressRow.isPossible(inputs)
        places = PlaceKeeper(inputs)
    }

    /// All that is known beside the order, for a neighbour that is new.
    public var news: PlanNews {
        PlanNews(changes: changes.values.sorted { $0.peer < $1.peer }, sightings: places.sightings)
    }

    /// Takes in what a neighbour says.
    ///
    /// - Returns: what was new: it is for all other neighbours.
    public mutating func take(_ news: PlanNews, now: Instant) -> PlanNews {
        let sightings = places.take(news.sightings)
        if !sightings.isEmpty { due = min(due, now + pause) }
        return PlanNews(changes: take(news.changes, now: now), sightings: sightings)
    }

    /// This peer found out how far others are.
    ///
    /// - Returns: what is for all neighbours.
    public mutating func saw(_ echoes: [PeerID: EchoLevel], now: Instant) -> PlanNews {
        // A row says nothing of places, and is no groups that are followed.
        var groups = followed
        groups.isRowSlow = base.isRowSlow
        let sighting = places.sighting(by: own, echoes, isLater: groups != base)
        return take(PlanNews(sightings: sighting.map { [$0] } ?? []), now: now)
    }

    /// Whether hosts stand in a row by their addresses, when the plan that is followed has so many stripes: a search has
    /// more than one.
    public func isRow(stripes: Int) -> Bool { stripes == 1 && mayBeRow }

    private var mayBeRow: Bool

    /// Too little comes in the row.
    ///
    /// - Returns: what is for all neighbours.
    public mutating func doubtsRow(now: Instant) -> PlanNews {
        take(PlanNews(sightings: places.doubt(by: own).map { [$0] } ?? []), now: now)
    }

    /// Takes in what a neighbour says of who takes part.
    ///
    /// - Returns: what was new: it is for all other neighbours.
    public mutating func take(_ news: [PlanChange], now: Instant) -> [PlanChange] {
        var fresh: [PlanChange] = []
        for change in news where changes.count < PipelineLimits.planChanges || changes[change.peer] != nil {
            // Whoever could claim any version of another would have the last word on it.
            guard change.version <= (changes[change.peer]?.version ?? 0) + PipelineLimits.versionStep else { continue }
            if change.peer == own, case .gone = change.state {
                guard !hasLeft else { continue }
                // Not so: this peer is here.
                guard change.version >= changes[own]?.version ?? 0, let host = ownHost else { continue }
                let again = PlanChange(peer: own, version: change.version + 1, state: .here(host))
                changes[own] = again
                fresh.append(again)
                continue
            }
            guard change.replaces(changes[change.peer]) else { continue }
            changes[change.peer] = change
            if isSlowed(change) { slowedPeers.insert(change.peer) }
            fresh.append(change)
        }
        if !fresh.isEmpty { changed(now, isUrgent: fresh.contains { !$0.isDone }) }
        return fresh
    }

    /// Whether a peer takes part, as far as is known.
    public func knows(_ peer: PeerID) -> Bool { changes[peer] != nil || base.place(of: peer) != nil }

    /// This peer has given up another.
    ///
    /// - Returns: what is for all neighbours; nothing when they know.
    public mutating func missed(_ peer: PeerID, now: Instant) -> [PlanChange] {
        guard knows(peer) else { return [] }
        return take([PlanChange(peer: peer, version: changes[peer]?.version ?? 0, state: .gone)], now: now)
    }

    /// This peer has everything: others can plan with it.
    ///
    /// - Parameter othersWait: its plan says so. Without that it is news only when no other holder is left: who got a stripe
    ///   from the source alone has nobody to ask when that is gone.
    /// - Returns: what is for all neighbours.
    public mutating func done(othersWait: Bool, now: Instant) -> [PlanChange] {
        guard othersWait || lacksHolder, var host = ownHost, !host.isHolder else { return [] }
        host.isHolder = true
        return take([PlanChange(peer: own, version: (changes[own]?.version ?? 0) + 1, state: .here(host))], now: now)
    }

    /// Those who had everything are gone, and none of the others has said that it has.
    private var lacksHolder: Bool {
        !base.hosts.contains { $0.isHolder && changes[$0.peer] == nil } && !changes.values.contains(where: \.isDone)
    }

    /// What is known is to be followed now.
    ///
    /// - Returns: finds the inputs of the plan, away from any event loop; nil when what was found of hidden links changes
    ///   nothing.
    public mutating func follow() -> @Sendable () -> PlanInputs? {
        due = .never
        defer { isOtherHosts = false }
        return { [self] in
            let inputs = inputs
            return isOtherHosts || inputs != followed ? inputs : nil
        }
    }

    /// The plan of these inputs is followed from now on.
    public mutating func follows(_ inputs: PlanInputs) {
        followed = inputs
        mayBeRow = AddressRow.isPossible(inputs)
    }

    /// Making a plan took so long. A host that has little time for it makes fewer: else news of peers that are slow for
    /// lack of time would make all of them slower.
    public mutating func madePlan(in time: Duration) {
        pause = min(max(PipelineLimits.planPause, time * PipelineLimits.planRest), PipelineLimits.longestPlanPause)
    }

    /// The order's inputs with the news applied. Not for an event loop where links are to be found.
    public var inputs: PlanInputs {
        let found = places.found
        var hosts = base.hosts
        for place in hosts.indices { if let group = found.groups[place] { hosts[place].rack = group } }
        hosts.removeAll { changes[$0.peer] != nil }
        for change in changes.values {
            guard case .here(var host) = change.state else { continue }
            if host.rack.isEmpty, let group = base.place(of: host.peer).flatMap({ found.groups[$0] }) {
                host.rack = group
            }
            hosts.append(host)
        }
        return PlanInputs(
            hosts: hosts, links: base.links + found.links, bytes: base.bytes, unitBytes: base.unitBytes,
            isRowSlow: places.isRowSlow)
    }

    /// This peer as it was last told of.
    private var ownHost: PlanInputs.Host? {
        if case .here(let host) = changes[own]?.state { return host }
        return base.place(of: own).map { base.hosts[$0] }
    }

    /// This peer's own link carries only a part of what the plan has for it.
    ///
    /// - Returns: what is for all neighbours.
    public mutating func slowed(_ finding: CapacityWatch.Finding, isWhole: Bool, now: Instant) -> [PlanChange] {
        guard !hasLeft, var host = ownHost else { return [] }
        switch finding {
        case .up(let share): host.up = host.up.map { max(1, Int(Double($0) * share)) }
        case .down(let share): host.down = host.down.map { max(1, Int(Double($0) * share)) }
        }
        host.isHolder = host.isHolder || isWhole
        return take([PlanChange(peer: own, version: (changes[own]?.version ?? 0) + 1, state: .here(host))], now: now)
    }

    /// It says of itself that it is slower than the order's inputs have it.
    private func isSlowed(_ change: PlanChange) -> Bool {
        guard case .here(let host) = change.state, let place = base.place(of: host.peer) else { return false }
        let before = base.hosts[place]
        return host.up ?? .max < before.up ?? .max || host.down ?? .max < before.down ?? .max
    }

    /// This peer does not get the image any more: its disk is full, or somebody has taken the order back. Others shall not wait
    /// for what it would pass on.
    ///
    /// - Returns: what is for all neighbours.
    public mutating func leaves(now: Instant) -> [PlanChange] {
        guard !hasLeft, knows(own) else { return [] }
        hasLeft = true
        let change = PlanChange(peer: own, version: changes[own]?.version ?? 0, state: .gone)
        guard change.replaces(changes[own]) else { return [] }
        changes[own] = change
        changed(now, isUrgent: true)
        return [change]
    }

    /// It gets the image again.
    ///
    /// - Returns: what is for all neighbours.
    public mutating func returns(now: Instant) -> [PlanChange] {
        guard hasLeft else { return [] }
        hasLeft = false
        // As it answers to anybody who takes it for gone.
        return take([PlanChange(peer: own, version: changes[own]?.version ?? 0, state: .gone)], now: now)
    }

    private mutating func changed(_ now: Instant, isUrgent: Bool) {
        isOtherHosts = true
        // News come in swarms: one plan for all of them.
        due = min(due, now + (isUrgent ? pause : max(pause, PipelineLimits.donePause)))
    }
}
