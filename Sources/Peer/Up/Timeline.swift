import Basics

/// When each phase of an operation began and ended, in seconds since its start.
struct Timeline {
    private let sink: EventSink
    private var times: [Phase: (start: Double, end: Double)] = [:]

    init(_ sink: EventSink) { self.sink = sink }

    /// A phase may begin and end many times (once a host); the first beginning and the last end count.
    mutating func begin(_ phase: Phase) {
        let now = sink.elapsed
        times[phase] = (min(times[phase]?.start ?? now, now), max(times[phase]?.end ?? now, now))
    }

    mutating func end(_ phase: Phase) {
        let now = sink.elapsed
        times[phase] = (times[phase]?.start ?? now, now)
    }

    var rows: [UpReport.PhaseTime] {
        Phase.allCases.compactMap { phase in
            times[phase].map { UpReport.PhaseTime(phase: phase, start: $0.start, end: $0.end) }
        }
    }
}

extension Double {
    /// With one decimal.
    var tenths: String {
        let value = Int64((self * 10).rounded())
        return "\(value / 10).\(abs(value % 10))"
    }
}
