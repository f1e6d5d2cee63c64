import Basics
import Gossip
import NIOCore

/// Serves the bursts of other hosts, one at a time: sends to them, or lets them send. It belongs to the event loop.
final class BurstPartner {
    private struct Service {
        let session: Session
        let stream: UInt32
        let sender: ProbeSender?
    }

    private let now: () -> Instant
    private var gate: ProbeGate
    private var current: Service?

    init(now: @escaping () -> Instant) {
        self.now = now
        gate = ProbeGate(now: now())
    }

    var isFree: Bool { gate.isFree(now: now()) }
    var nextDeadline: Instant { gate.nextDeadline }

    /// - Parameter isBusy: this host measures itself, or an image goes through it.
    func received(_ body: ProbeBody, stream: UInt32, on session: Session, isBusy: Bool) {
        switch body {
        case .ask(let direction):
            guard gate.admits(session.peer, isBusy: isBusy, now: now()) else {
                return session.send(.probe, stream: stream, body: ProbeBody.busy.encoded())
            }
            session.send(.probe, stream: stream, body: ProbeBody.granted.encoded())
            var sender: ProbeSender?
            if direction == .down {
                sender = ProbeSender(session: session, stream: stream, limit: BandwidthLimits.servedBytes)
            }
            current = Service(session: session, stream: stream, sender: sender)
        case .end:
            if current?.session === session, current?.stream == stream { end() }
        case .farewell:
            session.isDismissed = true
        case .granted, .busy:
            break
        }
    }

    func closed(_ session: Session) {
        if current?.session === session { end() }
    }

    func tick() {
        if now() >= gate.nextDeadline { giveUp() }
    }

    /// This host has something better to do.
    func giveUp() {
        if let current { current.session.send(.probe, stream: current.stream, body: ProbeBody.end.encoded()) }
        end()
    }

    private func end() {
        current?.sender?.stop()
        current = nil
        gate.ended(now: now())
    }
}
