public import Basics

/// Decides whom a receiving peer asks for an image, and when to give up on whom. A pure state machine.
///
/// There is at most one parent at a time. A parent that is lost, refuses or stalls is left alone for a pause that
/// doubles; one that lies is quarantined. Progress, not liveness, keeps a parent.
public struct ParentChoice: Sendable {
    public enum Input: Hashable, Sendable {
        /// The peers to choose from, best first.
        case candidates([PeerID])
        /// The parent accepted the subscription.
        case accepted(PeerID)
        /// The parent sent bytes that were verified.
        case received(PeerID)
        /// The parent said that it is alive and has nothing new.
        case starved(PeerID)
        /// The connection to the parent failed or ended.
        case lost(PeerID)
        /// The parent said that it does not know the image, or can serve nothing of what is lacking.
        case refused(PeerID)
        /// The parent sent bytes that contradict the ChunkID.
        case lied(PeerID)
        /// The deadline came.
        case timer
    }

    public enum Output: Hashable, Sendable {
        case subscribe(PeerID)
        case unsubscribe(PeerID)
        case failed(Failure)
    }

    /// Why a transfer cannot go on.
    public enum Failure: Hashable, Sendable {
        /// No byte came for ``PipelineLimits/noProgress``.
        case noProgress
        /// Every candidate refused ``PipelineLimits/refusals`` times in a row.
        case refused
    }

    private enum State: Hashable, Sendable {
        case idle
        case asking(PeerID, until: Instant)
        case receiving(PeerID, until: Instant)
        case failed
    }

    private struct Standing: Hashable, Sendable {
        var failures = 0
        var refusals = 0
        var notBefore = Instant.origin
    }

    private var candidates: [PeerID] = []
    private var standings: [PeerID: Standing] = [:]
    private var state = State.idle
    private var lastByte: Instant

    public init(now: Instant) {
        lastByte = now
    }

    public var parent: PeerID? {
        switch state {
        case .idle, .failed: nil
        case .asking(let peer, _), .receiving(let peer, _): peer
        }
    }

    /// When ``Input/timer`` is due.
    public var nextDeadline: Instant {
        let giveUp = lastByte + PipelineLimits.noProgress
        switch state {
        case .failed: return .never
        case .asking(_, let until), .receiving(_, let until): return min(until, giveUp)
        case .idle:
            let pauses = candidates.compactMap { standings[$0]?.notBefore }
            return min(pauses.min() ?? giveUp, giveUp)
        }
    }

    public mutating func handle(_ input: Input, now: Instant, into outputs: inout [Output]) {
        if state == .failed { return }
        switch input {
        case .candidates(let peers):
            candidates = peers
        case .accepted(let peer):
            guard parent == peer else { return }
            state = .receiving(peer, until: now + PipelineLimits.stallTimeout)
        case .received(let peer):
            lastByte = now
            guard parent == peer else { return }
            if !standings.isEmpty { standings[peer] = nil }
            state = .receiving(peer, until: now + PipelineLimits.stallTimeout)
        case .starved(let peer):
            guard parent == peer else { return }
            state = .receiving(peer, until: now + PipelineLimits.stallTimeout)
        case .lost(let peer):
            guard parent == peer else { return }
            pause(peer, now)
            state = .idle
        case .refused(let peer):
            guard parent == peer else { return }
            pause(peer, now)
            standings[peer]?.refusals += 1
            state = .idle
            if candidates.allSatisfy({ standings[$0]?.refusals ?? 0 >= PipelineLimits.refusals }) {
                state = .failed
                outputs.append(.failed(.refused))
            }
        case .lied(let peer):
            standings[peer] = Standing(failures: 1, notBefore: now + PipelineLimits.quarantine)
            guard parent == peer else { return }
            outputs.append(.unsubscribe(peer))
            state = .idle
        case .timer:
            expire(now, &outputs)
        }
        if state == .idle { choose(now, &outputs) }
    }

    private mutating func expire(_ now: Instant, _ outputs: inout [Output]) {
        if now >= lastByte + PipelineLimits.noProgress {
            if let parent { outputs.append(.unsubscribe(parent)) }
            state = .failed
            outputs.append(.failed(.noProgress))
            return
        }
        switch state {
        case .asking(let peer, let until), .receiving(let peer, let until):
            guard now >= until else { return }
            outputs.append(.unsubscribe(peer))
            pause(peer, now)
            state = .idle
        case .idle, .failed:
            break
        }
    }

    private mutating func pause(_ peer: PeerID, _ now: Instant) {
        var standing = standings[peer] ?? Standing()
        let doubled = PipelineLimits.firstPause * (1 << min(standing.failures, 8))
        standing.failures += 1
        standing.notBefore = now + min(doubled, PipelineLimits.longestPause)
        standings[peer] = standing
    }

    private mutating func choose(_ now: Instant, _ outputs: inout [Output]) {
        // Who was in vain least often goes first: two silent peers would else be asked in turns for ever, since the pause
        // of each ends while the other is being asked.
        let rested = candidates.filter { standings[$0]?.notBefore ?? .origin <= now }
        guard let peer = rested.min(by: { standings[$0]?.failures ?? 0 < standings[$1]?.failures ?? 0 }) else { return }
        state = .asking(peer, until: now + PipelineLimits.attemptTimeout)
        outputs.append(.subscribe(peer))
    }
}
