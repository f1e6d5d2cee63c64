import Basics
import Gossip
import NIOCore
import Trust

/// Runs one membership machine on the event loop: its inputs one after the other, what it asks for, its timer.
final class MembershipDriver {
    let group: SiteRelay.Group
    private(set) var core: Membership
    private let loop: any EventLoop
    private let membership: PeerMembership
    private let verifier: RecordVerifier
    private let now: () -> Instant
    private var timer: Scheduled<Void>?
    /// When the timer fires; it may be earlier than anything is due.
    private var timerDeadline = Instant.never
    private var outputs = Membership.Outputs()
    /// True while outputs are run: what they cause waits its turn.
    private var isRunning = false
    private var isStopped = false
    private var waiting: [Membership.Input] = []

    /// Carries a message.
    var send: (Route, UnsafeRawBufferPointer) -> Void = { _, _ in }
    /// Persists the epoch of this identity.
    var adoptEpoch: (UInt32) -> Void = { _ in }
    /// Called for every change of the view.
    var onEvent: (MembershipEvent) -> Void = { _ in }
    /// Called after each timer.
    var onTimer: () -> Void = {}

    init(
        _ group: SiteRelay.Group, core: Membership, loop: any EventLoop, membership: PeerMembership,
        verifier: RecordVerifier, now: @escaping () -> Instant
    ) {
        self.group = group
        self.core = core
        self.loop = loop
        self.membership = membership
        self.verifier = verifier
        self.now = now
    }

    /// No timer fires from now on, and nothing is sent.
    func stop() {
        isStopped = true
        timer?.cancel()
        timerDeadline = .never
    }

    // MARK: Inputs

    func take(_ bytes: UnsafeRawBufferPointer, from source: Route, sender: PeerID) {
        guard !isRunning, !isStopped else { return }
        run { core.handle(datagram: bytes, from: source, sender: sender, now: now(), into: &outputs) }
    }

    func handle(_ input: Membership.Input) {
        guard !isStopped else { return }
        guard !isRunning else { return waiting.append(input) }
        run { core.handle(input, now: now(), into: &outputs) }
    }

    /// Runs an input and its outputs; then, one after the other, what these caused.
    private func run(_ first: () -> Void) {
        isRunning = true
        first()
        while true {
            for output in outputs.all { run(output) }
            outputs.removeAll()
            guard !waiting.isEmpty else { break }
            core.handle(waiting.removeFirst(), now: now(), into: &outputs)
        }
        isRunning = false
        schedule()
    }

    // MARK: Outputs

    private func run(_ output: Membership.Output) {
        switch output {
        case .send(let route, let bytes): if !isStopped { outputs.withBytes(bytes) { send(route, $0) } }
        case .verify(let ticket, let bytes): verify(ticket, outputs.array(bytes))
        case .needSigned(let name, let version, let body):
            let body = outputs.array(body)
            let signed = SignedRecord.signedBytes(name, version: version, body: body)
            let signature = membership.identity.signing.sign(signed, context: GossipGroup.context(of: group))
            handle(
                .publish(
                    SignedRecord(
                        owner: name.owner, kind: name.kind, item: name.item, version: version, body: body,
                        signature: signature.bytes)))
        case .adoptEpoch(let epoch): adoptEpoch(epoch)
        case .event(let event): onEvent(event)
        }
    }

    private func verify(_ ticket: VerificationTicket, _ bytes: [UInt8]) {
        verifier.verify(bytes, in: group) { owner in
            core.record(of: owner, kind: .card)
        } then: { [weak self] isGood in
            self?.handle(.verified(ticket, isGood ? .good : .bad))
        }
    }

    /// A timer that fires early is harmless, and cheaper than a new one after every datagram.
    private func schedule() {
        guard !isStopped, core.nextDeadline < timerDeadline else { return }
        timer?.cancel()
        timerDeadline = core.nextDeadline
        let bound = NIOLoopBound(self, eventLoop: loop)
        let wait = max(0, (timerDeadline - now()).wholeNanoseconds)
        timer = loop.scheduleTask(in: .nanoseconds(wait)) {
            bound.value.timerDeadline = .never
            bound.value.handle(.timer)
            bound.value.onTimer()
        }
    }
}
