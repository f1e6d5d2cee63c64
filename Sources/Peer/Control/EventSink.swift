import Basics

/// Where a long operation tells how it goes: events become lines of the answer.
struct EventSink: Sendable {
    private let start: Instant
    private let send: @Sendable (ControlEvent) -> Void

    init(send: @escaping @Sendable (ControlEvent) -> Void) {
        start = MonotonicClock.now()
        self.send = send
    }

    /// Seconds since the operation began.
    var elapsed: Double { (MonotonicClock.now() - start).inSeconds }

    /// Passes on what was told to another one.
    func pass(_ event: ControlEvent) {
        var event = event
        event.at = elapsed
        send(event)
    }

    func message(_ phase: Phase?, _ text: String) {
        send(ControlEvent(kind: .message, at: elapsed, phase: phase, message: text))
    }

    func warning(_ phase: Phase?, _ text: String, host: String? = nil) {
        var event = ControlEvent(kind: .warning, at: elapsed, phase: phase, message: text)
        event.host = host
        send(event)
    }

    func progress(
        _ phase: Phase, done: Int64, total: Int64, unit: ControlEvent.Unit, host: String? = nil, node: String? = nil,
        message: String? = nil
    ) {
        var event = ControlEvent(kind: .progress, at: elapsed, phase: phase, message: message)
        event.host = host
        event.node = node
        event.done = done
        event.total = total
        event.unit = unit
        send(event)
    }

    /// A phase moves on by a step whose size nobody knows.
    func step(_ phase: Phase, _ message: String) {
        send(ControlEvent(kind: .progress, at: elapsed, phase: phase, message: message))
    }

    func result(_ fill: (inout ControlEvent) -> Void = { _ in }) {
        var event = ControlEvent(kind: .result, at: elapsed)
        fill(&event)
        send(event)
    }

    func failed(_ error: SkeinError, up: UpReport? = nil, transfer: TransferReport? = nil) {
        var event = ControlEvent(kind: .failed, at: elapsed)
        event.error = ErrorReport(error)
        event.up = up
        event.transfer = transfer
        send(event)
    }
}
