import Basics
import NIOCore
import Pipeline

/// What one image may take of this host's link: slices are held back on their way out, and credit on the way in.
///
/// Its order says so, and what images of a higher priority leave; the host's own limit counts for all images together.
extension ImageTransfer {
    /// The newest order of the image counts, until the image is idle here.
    func take(_ terms: TransferTerms) {
        lastUse = .now()
        guard self.terms != terms || plane.arbiter.isLimiting else { return }
        self.terms = terms
        allowed = (nil, nil)
        setRates(now: plane.now())
    }

    /// What the others leave, in bytes per second; nil: what there is. See ``LinkArbiter``.
    func allow(up: Int?, down: Int?, now: Instant) {
        guard allowed != (up, down) else { return }
        allowed = (up, down)
        setRates(now: now)
    }

    private func setRates(now: Instant) {
        let rate = terms.limit
        // What comes before anything is counted cannot be taken back, so who may have to yield is allowed little ahead.
        let mayYield = terms.priority == .background || plane.arbiter.isLimiting
        exchange.receiveRate = rate ?? (mayYield ? plane.arbiter.downCapacity : nil)
        set(&sending, to: Self.least(rate, allowed.up), now: now)
        set(&receiving, to: Self.least(rate, allowed.down), now: now)
        for timer in [sendingTimer, creditTimer] { timer?.cancel() }
        sendingTimer = nil
        creditTimer = nil
        for peer in exchange.parentsByCredit { giveCredit(to: peer) }
        plane.pumpAtEnd(self)
    }

    private static func least(_ a: Int?, _ b: Int?) -> Int? { a.map { min($0, b ?? $0) } ?? b }

    private func set(_ limit: inout RateLimit?, to rate: Int?, now: Instant) {
        guard let rate else { return limit = nil }
        if limit == nil { limit = RateLimit(bytesPerSecond: rate) } else { limit?.change(to: rate, now: now) }
    }

    /// Whether a slice may go out now; when not, children are looked after again when one may.
    func maySend() -> Bool {
        guard let wait = wait(until: max(sending?.next ?? .origin, plane.arbiter.sendsNext)) else { return true }
        guard sendingTimer == nil else { return false }
        sendingTimer = schedule(in: wait) { transfer in
            transfer.sendingTimer = nil
            transfer.pump()
        }
        return false
    }

    func sent(_ bytes: Int) {
        guard sending != nil || plane.arbiter.isLimiting else { return }
        let now = plane.now()
        sending?.moved(bytes, now: now)
        plane.arbiter.sent(bytes, now: now)
    }

    /// Whether parents may be allowed more now; when not, they are when that is so, first who waits for most.
    func mayGiveCredit() -> Bool {
        guard let wait = wait(until: max(receiving?.next ?? .origin, plane.arbiter.allowsNext)) else { return true }
        guard creditTimer == nil else { return false }
        creditTimer = schedule(in: wait) { transfer in
            transfer.creditTimer = nil
            for peer in transfer.exchange.parentsByCredit { transfer.giveCredit(to: peer) }
        }
        return false
    }

    func gave(credit bytes: Int) {
        guard receiving != nil || plane.arbiter.isLimiting else { return }
        let now = plane.now()
        receiving?.moved(bytes, now: now)
        plane.arbiter.allowed(bytes, now: now)
    }

    private func wait(until next: Instant) -> Duration? {
        guard next > .origin else { return nil }
        let now = plane.now()
        return now >= next ? nil : next - now
    }

    /// Not at once: each wakeup costs something, and what a short wait leaves over may go out in a burst.
    private func schedule(in wait: Duration, _ work: @escaping (ImageTransfer) -> Void) -> Scheduled<Void> {
        let time = max(wait, PeerLimits.limitPause)
        return plane.loop.assumeIsolated().scheduleTask(in: .nanoseconds(time.wholeNanoseconds)) { [weak self] in
            if let self { work(self) }
        }
    }
}
