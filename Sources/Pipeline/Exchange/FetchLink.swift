import Basics

/// What a child knows of one parent: whether it is asked, what it was told, and how it behaved.
struct FetchLink: Sendable {
    enum State: Hashable, Sendable {
        case closed
        /// On the way to the first answer.
        case asking(until: Instant)
        /// Accepted; silent when nothing comes until then.
        case open(until: Instant)
        /// Nothing came for a while: others send what it was to send, until it answers or is given up.
        case silent(until: Instant)
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
    /// Bytes per second that it was last to send by the plan: who is told none serves this peer when nobody else waits.
    var rate = -1
    /// What its slices are apart by the plan, added to the patience with it.
    var spacing = Duration.zero

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
    /// It is asked, or sends.
    var isServing: Bool {
        switch state {
        case .asking, .open: true
        case .closed, .silent: false
        }
    }
    var isSilent: Bool {
        if case .silent = state { true } else { false }
    }

    /// It cannot send any more of what was taken from it.
    var hasLetGo: Bool { isClosed || (unanswered == 0 && !isChanged && !isAsked) }

    /// When it is due to be given up.
    var deadline: Instant {
        switch state {
        case .closed: .never
        case .asking(let until), .open(let until), .silent(let until): until
        }
    }

    /// It sent bytes or a sign of life.
    ///
    /// - Parameter patience: added to the usual.
    mutating func isAlive(now: Instant, patience: Duration) {
        if isOpen || isSilent { state = .open(until: now + stallTimeout + patience) }
    }

    /// Nothing came for too long. Should it be there after all, more patience is needed with this one.
    ///
    /// - Returns: true when it is given up, not only left until it answers.
    mutating func expire(now: Instant, patience: Duration) -> Bool {
        switch state {
        case .open:
            state = .silent(until: now + (stallTimeout - PipelineLimits.leastSilence) + patience)
            stallTimeout = min(stallTimeout * 2, PipelineLimits.longestStallTimeout)
            isChanged = true
            return false
        case .asking:
            attemptTimeout = min(attemptTimeout * 2, PipelineLimits.longestAttemptTimeout)
        case .silent, .closed:
            break
        }
        pause(now: now)
        return true
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
