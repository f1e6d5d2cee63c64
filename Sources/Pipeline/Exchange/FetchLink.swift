import Basics

/// What a child knows of one parent: whether it is asked, what it was told, and how it behaved.
struct FetchLink: Sendable {
    enum State: Hashable, Sendable {
        case closed
        /// On the way to the first answer.
        case asking(until: Instant)
        /// No answer for a while: others send what it was to send, until it answers or is given up.
        case doubted(until: Instant)
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
    private(set) var unanswered = 0
    /// When the first of them is due to be; signs of life are no answer.
    private var answerDue = Instant.never
    /// Bytes that it may be allowed again and has not been told of.
    var uncredited = 0
    /// The credit that its subscription began with: it has that much at most, so what is given back comes in parts of it.
    /// Nil before there was one.
    var granted: Int?
    /// Bytes per second that it was last to send by the plan: who is told none serves this peer when nobody else waits.
    var rate = -1
    /// What its slices are apart by the plan, added to the patience with it.
    var spacing = Duration.zero

    /// It said so.
    var hasEverything = false
    /// What it sends goes over links that others of this peer's rack or site need.
    var isFar = false

    // How it behaved.
    var failures = 0
    var refusals = 0
    var notBefore = Instant.origin
    /// Silence of how long is a stall; nil: what its pauses say.
    private var raisedStallTimeout: Duration?
    private var pauses = PauseWatch()
    private var attemptTimeout = PipelineLimits.attemptTimeout
    private var isHurried = false

    init(peer: PeerID) { self.peer = peer }

    var isClosed: Bool { state == .closed }
    var isOpen: Bool {
        if case .open = state { true } else { false }
    }
    /// It is asked, or sends.
    var isServing: Bool {
        switch state {
        case .asking, .open: true
        case .closed, .silent, .doubted: false
        }
    }
    /// Others serve for it, and it may come back any moment.
    var isLeft: Bool {
        switch state {
        case .silent, .doubted: true
        case .closed, .asking, .open: false
        }
    }
    /// It has not answered yet.
    var isUnheard: Bool {
        switch state {
        case .asking, .doubted: true
        case .closed, .open, .silent: false
        }
    }

    /// It cannot send any more of what was taken from it.
    var hasLetGo: Bool { isClosed || (unanswered == 0 && !isChanged && !isAsked) }

    /// Silence for so long is a stall.
    var stallTimeout: Duration { raisedStallTimeout ?? pauses.stallTimeout }

    /// When it is due to be given up.
    var deadline: Instant {
        switch state {
        case .closed: .never
        case .asking(let until), .doubted(let until): until
        case .open(let until), .silent(let until): min(until, answerDue)
        }
    }

    /// It is asked from now on.
    ///
    /// - Parameter isHurried: others can serve meanwhile when the answer is late: bytes come already.
    mutating func ask(now: Instant, patience: Duration, isHurried: Bool) {
        self.isHurried = isHurried
        state = .asking(until: now + (isHurried ? PipelineLimits.leastAttemptTimeout : attemptTimeout) + patience)
        isChanged = true
    }

    /// A want was taken.
    mutating func told(now: Instant, patience: Duration) {
        isAsked = false
        isChanged = false
        unanswered += 1
        if unanswered == 1 { owes(from: now, patience) }
    }

    /// The parent has seen the first of the wants that it had not answered.
    mutating func answered(now: Instant, patience: Duration) {
        unanswered = max(0, unanswered - 1)
        state = .open(until: now + stallTimeout + patience)
        owes(from: now, patience)
    }

    private mutating func owes(from now: Instant, _ patience: Duration) {
        answerDue = unanswered == 0 ? .never : now + PipelineLimits.longestAttemptTimeout + patience
    }

    /// It sent bytes or a sign of life.
    ///
    /// - Parameter patience: added to the usual.
    mutating func isAlive(now: Instant, patience: Duration) {
        guard !isClosed, !isUnheard else { return }
        pauses.heard(now: now)
        state = .open(until: now + stallTimeout + patience)
    }

    /// What becomes of a parent whose deadline came.
    enum Expiry: Hashable, Sendable {
        /// It is left until it answers.
        case left
        /// It says that it is there and does not answer: this peer tries it again after a pause.
        case owing
        /// The attempt to reach it failed.
        case unheard
        /// It fell silent and is given up.
        case missed
    }

    /// Nothing came for too long. Should it be there after all, more patience is needed with this one.
    mutating func expire(now: Instant, patience: Duration) -> Expiry {
        if isOpen, answerDue > now {
            let usual = raisedStallTimeout ?? PipelineLimits.stallTimeout
            state = .silent(until: now + (usual - PipelineLimits.leastSilence) + patience)
            raisedStallTimeout = min(usual * 2, PipelineLimits.longestStallTimeout)
            isChanged = true
            return .left
        }
        if case .asking = state, isHurried {
            state = .doubted(until: now + (attemptTimeout - PipelineLimits.leastAttemptTimeout) + patience)
            isChanged = true
            return .left
        }
        defer { pause(now: now) }
        switch state {
        case .open: return .owing
        case .silent, .closed: return .missed
        case .asking, .doubted:
            attemptTimeout = min(attemptTimeout * 2, PipelineLimits.longestAttemptTimeout)
            return .unheard
        }
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
        answerDue = .never
        uncredited = 0
        hasEverything = false
        pauses.forget()
    }
}
