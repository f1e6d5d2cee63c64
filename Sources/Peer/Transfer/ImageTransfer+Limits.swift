import Basics
import NIOCore
import Pipeline

/// What one image may take of this host's link: slices are held back on their way out, and credit on the way in.
///
/// The newest order of the image counts, until the image is idle here.
extension ImageTransfer {
    /// - Parameter bytesPerSecond: each way; nil: whatever the links carry.
    func limit(to bytesPerSecond: Int?) {
        lastUse = .now()
        guard exchange.receiveRate != bytesPerSecond else { return }
        exchange.receiveRate = bytesPerSecond
        sending = bytesPerSecond.map { RateLimit(bytesPerSecond: $0) }
        receiving = sending
        for timer in [sendingTimer, creditTimer] { timer?.cancel() }
        sendingTimer = nil
        creditTimer = nil
        for peer in exchange.parentsByCredit { giveCredit(to: peer) }
        plane.pumpAtEnd(self)
    }

    /// Whether a slice may go out now; when not, children are looked after again when one may.
    func maySend() -> Bool {
        guard let wait = wait(for: sending) else { return true }
        guard sendingTimer == nil else { return false }
        sendingTimer = schedule(in: wait) { transfer in
            transfer.sendingTimer = nil
            transfer.pump()
        }
        return false
    }

    /// Whether parents may be allowed more now; when not, they are when that is so, first who waits for most.
    func mayGiveCredit() -> Bool {
        guard let wait = wait(for: receiving) else { return true }
        guard creditTimer == nil else { return false }
        creditTimer = schedule(in: wait) { transfer in
            transfer.creditTimer = nil
            for peer in transfer.exchange.parentsByCredit { transfer.giveCredit(to: peer) }
        }
        return false
    }

    private func wait(for limit: RateLimit?) -> Duration? {
        guard let limit else { return nil }
        let now = plane.now()
        return limit.allows(now: now) ? nil : limit.next - now
    }

    /// Not at once: each wakeup costs something, and what a short wait leaves over may go out in a burst.
    private func schedule(in wait: Duration, _ work: @escaping (ImageTransfer) -> Void) -> Scheduled<Void> {
        let time = max(wait, PeerLimits.limitPause)
        return plane.loop.assumeIsolated().scheduleTask(in: .nanoseconds(time.wholeNanoseconds)) { [weak self] in
            if let self { work(self) }
        }
    }
}
