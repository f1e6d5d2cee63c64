public import Basics

/// The fetching from parents: whom to ask for what, and when to give up on whom.
///
/// Each stripe has one parent at a time. A parent that is lost or refuses is left alone for a pause that doubles, and its
/// stripes go to those that stand by; one that lies is quarantined. Progress, not liveness, keeps a parent: so do the
/// stripes of one that stalls, but it has them back when it answers, and only when it does not is it given up, which
/// is news for all others and costs everybody another plan.
extension Exchange {
    public enum Input: Hashable, Sendable {
        /// The parent has seen the want that was taken first of those it has not answered.
        case accepted(PeerID)
        /// The parent said that it is alive and has nothing new.
        case starved(PeerID)
        /// The same of a parent that has everything: it might send more than its own stripe.
        case whole(PeerID)
        /// The connection to the parent failed or ended.
        case lost(PeerID)
        /// Others say that the parent is gone.
        case gone(PeerID)
        /// The parent said that it does not know the image, or can serve nothing of what is lacking.
        case refused(PeerID)
        /// The parent sent bytes that contradict the ChunkID.
        case lied(PeerID)
        /// The deadline came.
        case timer
    }

    public enum Output: Hashable, Sendable {
        /// Send the parent what ``takeWant(of:now:)`` says, over its subscription or a new one.
        case ask(PeerID)
        /// End the subscription.
        case leave(PeerID)
        /// The parent was given up: it was lost, or it stalled.
        case missed(PeerID)
        case failed(Failure)
    }

    /// Why a transfer cannot go on.
    public enum Failure: Hashable, Sendable {
        /// No byte came for ``PipelineLimits/noProgress``.
        case noProgress
        /// Every candidate of a stripe refused ``PipelineLimits/refusals`` times in a row.
        case refused
    }

    public var isReceiving: Bool { fetch != nil }

    /// Who is asked, or sends.
    public var parents: [PeerID] { fetch?.links.filter { !$0.isClosed }.map(\.peer) ?? [] }

    /// When `handle(.timer, …)` is due while the image is fetched.
    public var nextDeadline: Instant { fetch?.nextDeadline ?? .never }

    /// How late this peer is with its own work, such as the last tick: it waits for others for so much longer.
    public mutating func isLate(by lag: Duration) { fetch?.lag = min(lag, PipelineLimits.longestLag) }

    /// Begins to fetch what is lacking, or goes on by another plan.
    public mutating func receive(_ plan: FetchPlan, now: Instant, into outputs: inout [Output]) {
        hasGivenUp = false
        if fetch == nil {
            fetch = Fetch(plan, sizes, now: now)
        } else {
            fetch?.adopt(plan, sizes)
        }
        settle(now, &outputs)
    }

    /// Ends the fetch, whole or not; what came is kept, but for chunks that are not whole.
    public mutating func stopReceiving() {
        fetch = nil
        hasGivenUp = !held.isFull
        dropArriving()
    }

    /// Tells the fetch what happened; without effect when nothing is fetched.
    public mutating func handle(_ input: Input, now: Instant, into outputs: inout [Output]) {
        guard fetch != nil else { return }
        switch input {
        case .accepted(let peer):
            let patience = patience(with: peer)
            change(peer) { $0.answered(now: now, patience: patience) }
        case .starved(let peer), .whole(let peer):
            let patience = patience(with: peer)
            let isWhole = input == .whole(peer)
            let isKnown = change(peer) {
                $0.isAlive(now: now, patience: patience)
                $0.hasEverything = isWhole
            }
            // Who gets what nobody else needs waits for others to be done.
            if let link = fetch?.link(of: peer), fetch!.isSpare(link) { fetch!.lastByte = now }
            guard isKnown, isWhole, shareTail(with: peer) else { return }
        case .lost(let peer):
            guard change(peer, { $0.pause(now: now) }) else { return }
            outputs.append(.missed(peer))
        case .gone(let peer):
            guard change(peer, { $0.pause(now: now) }) else { return }
            outputs.append(.leave(peer))
        case .refused(let peer):
            guard
                change(
                    peer,
                    {
                        $0.pause(now: now); $0.refusals += 1
                    })
            else { return }
            if fetch!.isRefused { return fail(.refused, &outputs) }
        case .lied(let peer):
            guard let link = fetch?.link(of: peer) else { return }
            if !fetch!.links[link].isClosed { outputs.append(.leave(peer)) }
            fetch!.links[link].pause(now: now)
            fetch!.links[link].notBefore = now + PipelineLimits.quarantine
        case .timer:
            if now >= fetch!.lastByte + PipelineLimits.noProgress { return fail(.noProgress, &outputs) }
            expire(now, &outputs)
        }
        settle(now, &outputs)
    }

    private mutating func shareTail(with peer: PeerID) -> Bool {
        guard let link = fetch?.link(of: peer) else { return false }
        let arriving = arriving
        return fetch!.shareTail(with: link, held: held, sizes) { arriving[$0]?.received ?? .none }
    }

    private func patience(with peer: PeerID) -> Duration {
        fetch?.link(of: peer).map { fetch!.patience(with: $0) } ?? .zero
    }

    /// Changes what is known of a parent that is asked or sends; false when it is neither.
    @discardableResult
    private mutating func change(_ peer: PeerID, _ body: (inout FetchLink) -> Void) -> Bool {
        guard let link = fetch?.link(of: peer), !fetch!.links[link].isClosed else { return false }
        body(&fetch!.links[link])
        return true
    }

    /// Bytes came that are of no use, of a chunk that is whole by now: the parent may send as many again.
    public mutating func wasted(_ bytes: Int, from peer: PeerID) {
        guard let link = fetch?.link(of: peer) else { return }
        fetch!.links[link].uncredited += bytes
    }

    /// Verified bytes came from a parent.
    mutating func heard(from peer: PeerID, bytes: Int, now: Instant) {
        guard let link = fetch?.link(of: peer) else { return }
        fetch!.lastByte = now
        fetch!.hasHeard = true
        fetch!.links[link].isAlive(now: now, patience: fetch!.patience(with: link))
        fetch!.links[link].uncredited += bytes
        if fetch!.links[link].failures > 0 {
            fetch!.links[link].failures = 0
            fetch!.links[link].refusals = 0
        }
    }

    private mutating func expire(_ now: Instant, _ outputs: inout [Output]) {
        for place in fetch!.links.indices where fetch!.links[place].deadline <= now {
            let peer = fetch!.links[place].peer
            let expiry = fetch!.links[place].expire(now: now, patience: fetch!.patience(with: place))
            guard expiry != .left else { continue }
            outputs.append(.leave(peer))
            // At the start all may be slow to answer; later who does not is missed like one that fell silent.
            if expiry == .missed || (expiry == .unheard && fetch!.hasHeard) { outputs.append(.missed(peer)) }
        }
    }

    private mutating func fail(_ failure: Failure, _ outputs: inout [Output]) {
        for link in fetch!.links where !link.isClosed { outputs.append(.leave(link.peer)) }
        fetch!.links.indices.forEach { fetch!.links[$0].close() }
        outputs.append(.failed(failure))
        fetch = nil
        hasGivenUp = true
        dropArriving()
    }

    /// Finds parents for stripes that have none, gives out what nobody owns, and says who is to be told.
    private mutating func settle(_ now: Instant, _ outputs: inout [Output]) {
        let arriving = arriving
        let hasPlanned = fetch!.hasPlanned(held: held, sizes) { arriving[$0]?.received ?? .none }
        fetch!.choose(now: now, hasPlanned: hasPlanned)
        fetch!.assign(held: held, sizes) { arriving[$0]?.received ?? .none }
        for place in fetch!.links.indices where fetch!.links[place].isChanged && !fetch!.links[place].isClosed {
            guard !fetch!.links[place].isAsked else { continue }
            fetch!.links[place].isAsked = true
            outputs.append(.ask(fetch!.links[place].peer))
        }
        // Who has nothing to send any more is left; what it was to send has gone to others above.
        for place in fetch!.links.indices {
            guard case .open = fetch!.links[place].state, fetch!.links[place].hasLetGo, fetch!.lanes(of: place) == 0
            else { continue }
            fetch!.links[place].close()
            outputs.append(.leave(fetch!.links[place].peer))
        }
    }

    // MARK: What a parent is told

    /// What a parent is to send, to be told now; nil when it is not asked any more.
    public mutating func takeWant(of peer: PeerID, now: Instant) -> Want? {
        guard let link = fetch?.link(of: peer), !fetch!.links[link].isClosed else { return nil }
        if fetch!.links[link].isUnheard, fetch!.links[link].unanswered == 0 {
            fetch!.links[link].granted = firstCredit()
        }
        fetch!.links[link].told(now: now, patience: fetch!.patience(with: link))
        let arriving = arriving
        return fetch!.want(of: link, held: held, sizes) { arriving[$0]?.received ?? .none }
    }

    /// The credit of a new subscription.
    public func firstCredit() -> Int {
        let parents = max(1, fetch?.stripes.count ?? 1)
        // What was allowed cannot be taken back when another image is to go first: on slow links half a second is enough.
        let window = min(PipelineLimits.creditBytes, (capacity ?? .max) / 2)
        let most = max(PipelineLimits.leastCreditBytes, window / parents)
        guard let receiveRate else { return most }
        // What may come before anything is counted: a quarter of a second of what is allowed.
        return min(most, max(PipelineLimits.limitedCreditBytes, receiveRate / 4 / parents))
    }

    /// Parents that may be allowed more, first the one that waits for most.
    public var parentsByCredit: [PeerID] {
        (fetch?.links ?? []).filter { !$0.isClosed && $0.uncredited > 0 }
            .sorted { ($1.uncredited, $0.peer) < ($0.uncredited, $1.peer) }.map(\.peer)
    }

    /// Bytes to allow a parent now, or nil: credit goes out in steps, and not while much waits for the store.
    public mutating func takeCredit(for peer: PeerID) -> Int? {
        guard let link = fetch?.link(of: peer), unstoredBytes <= PipelineLimits.storingBytes else { return nil }
        let bytes = fetch!.links[link].uncredited
        let granted = fetch!.links[link].granted ?? firstCredit()
        guard bytes >= min(PipelineLimits.creditStepBytes, granted / 4) else { return nil }
        fetch!.links[link].uncredited = 0
        return bytes
    }
}
