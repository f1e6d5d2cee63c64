import Peer

/// How far one phase is, at one host or in all.
struct ProgressLine {
    let phase: Phase
    let host: String?
    private(set) var done: Int64?
    private(set) var total: Int64?
    private(set) var unit: ControlEvent.Unit?
    private(set) var message: String?
    /// Seconds on the reader's clock.
    let started: Double
    private(set) var updated: Double
    /// Units per second, smoothed over the last seconds.
    private(set) var rate: Double?
    private var firstDone: Int64
    private var mark: (at: Double, done: Int64)

    /// How much of the older rate is left after this many seconds.
    private static let smoothingSeconds = 3.0

    init(phase: Phase, host: String?, event: ControlEvent, now: Double) {
        self.phase = phase
        self.host = host
        started = now
        updated = now
        firstDone = event.done ?? 0
        mark = (now, event.done ?? 0)
        update(event, now: now)
    }

    mutating func update(_ event: ControlEvent, now: Double) {
        updated = now
        if let total = event.total { self.total = max(0, total) }
        if let unit = event.unit { self.unit = unit }
        if let message = event.message { self.message = Printable.text(message) }
        guard let done = event.done else { return }
        self.done = max(0, done)
        let seconds = now - mark.at
        guard seconds >= 0.25 else { return }
        let latest = Double(max(0, done &- mark.done)) / seconds
        let weight = seconds / (seconds + ProgressLine.smoothingSeconds)
        rate = rate.map { $0 * (1 - weight) + latest * weight } ?? latest
        mark = (now, done)
    }

    var isFinished: Bool {
        guard let done, let total else { return false }
        return done >= total
    }

    /// Seconds until the end at the present rate; nil when nobody can tell.
    var secondsLeft: Double? {
        guard let done, let total, let rate, rate > 0, total > done else { return nil }
        return Double(total - done) / rate
    }

    /// The live form: a bar, amounts, rate, time left; cut to the width of the terminal.
    func live(on terminal: Terminal, columns: Int, hostWidth: Int, now: Double) -> String {
        var line = "\(Printable.fit(phase.rawValue, 9)) \(Printable.fit(host ?? "", hostWidth)) "
        if let done, let total, total > 0 {
            let width = max(8, min(24, columns - hostWidth - 60))
            line += terminal.bar(share: Double(done) / Double(total), width: width)
            line += " \(String(repeating: " ", count: max(0, 5 - Figures.percent(done, of: total).count)))"
            line += "\(Figures.percent(done, of: total))  \(amount)"
        } else {
            line += amount
        }
        if unit == .bytes, let rate, !isFinished { line += "  \(Figures.bytesPerSecond(rate))" }
        if let left = secondsLeft, unit == .bytes { line += "  \(Figures.seconds(left)) left" }
        if let message, !isFinished { line += "  \(message)" }
        if total == nil { line += "  \(Figures.seconds(now - started))" }
        return Printable.cut(line, columns - 1)
    }

    /// The form that stays: one sentence.
    func plain(now: Double) -> String {
        var line = phase.rawValue + (host.map { " \(Printable.text($0))" } ?? "") + ": "
        line += amount
        if let done, let total, !isFinished, total > 0 { line += " (\(Figures.percent(done, of: total)))" }
        if isFinished {
            let seconds = now - started
            if seconds >= 0.05 { line += " in \(Figures.seconds(seconds))" }
            if unit == .bytes, seconds >= 0.2, let done {
                line += " (\(Figures.bytesPerSecond(Double(max(0, done &- firstDone)) / seconds)))"
            }
        } else {
            if unit == .bytes, let rate { line += ", \(Figures.bytesPerSecond(rate))" }
            if let left = secondsLeft, unit == .bytes { line += ", \(Figures.seconds(left)) left" }
            if let message { line += (amount.isEmpty ? "" : ", ") + message }
        }
        return line
    }

    /// `61 MiB of 98 MiB`, `2 of 4 nodes`, or nothing when there are no numbers.
    private var amount: String {
        guard let done else { return "" }
        switch unit {
        case .bytes:
            if isFinished { return Figures.bytes(done) }
            return Figures.bytes(done) + (total.map { " of \(Figures.bytes($0))" } ?? "")
        case .nodes, .steps, .packages:
            let word = unit?.rawValue ?? ""
            return total.map { "\(done) of \($0) \(word)" } ?? "\(done) \(word)"
        case nil:
            return total.map { "\(done) of \($0)" } ?? "\(done)"
        }
    }
}
