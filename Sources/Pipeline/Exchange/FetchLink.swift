import Basics

/// What a child knows of one parent: whether it is asked, what it was told, and how it behaved.
struct FetchLink: Sendable {
    enum State: Hashable, Sendable {
        case closed
        /// On the way to the first answer.
        case asking(until: Instant)
        /// Accepted; given up when nothing comes until then.
        case open(until: Instant)
    }

    let peer: PeerID
    var state = State.closed
    /// The want has changed since it was last taken.
    var isChanged = false
    /// The shell was told to ask and has not taken the want yet.
    var isAsked = false
    /// Wants that were taken and are not answered.
    var unanswered = 0
    /// Bytes that it may be allowed again and has not been told of.
    var uncredited = 0

    // How it behaved.
    var failures = 0
    var refusals = 0
    var notBefore = Instant.origin
    var stallTimeout = PipelineLimits.stallTimeout
    var attemptTimeout = PipelineLimits.attemptTimeout

    init(peer: PeerID) { self.peer = peer }

    var isClosed: Bool { state == .closed }
    var isOpen: Bool {
        if case .open = state { true } else { false }
    }

    /// It cannot send any more of what was taken from it.
    var hasLetGo: Bool { isClosed || (unanswered == 0 && !isChanged && !isAsked) }

    /// When it is due to be given up.
    var deadline: Instant {
        switch state {
        case .closed: .never
        case .asking(let until), .open(let until): until
        }
    }

    /// It sent bytes or a sign of life.
    mutating func isAlive(now: Instant) {
        if case .open = state { state = .open(until: now + stallTimeout) }
    }

    /// It was given up for silence. Should it have been in vain, more patience is needed with this one.
    mutating func expire(now: Instant) {
        if case .open = state {
            stallTimeout = min(stallTimeout * 2, PipelineLimits.longestStallTimeout)
        } else {
            attemptTimeout = min(attemptTimeout * 2, PipelineLimits.longestAttemptTimeout)
        }
        pause(now: now)
    }

    /// It is left alone for a pause that doubles.
    mutating func pause(now: Instant) {
        let doubled = PipelineLimits.firstPause * (1 << min(failures, 8))
        failures += 1
        notBefore = now + min(doubled, PipelineLimits.longestPause)
        close()
    }

    mutating func close() {
        state = .closed
        isChanged = false
        isAsked = false
        unanswered = 0
        uncredited = 0
    }
}
