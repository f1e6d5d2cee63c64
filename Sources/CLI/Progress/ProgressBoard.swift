import Peer

/// All lines of one long operation, in the order of the timeline: a value without a clock or a terminal.
struct ProgressBoard {
    /// The most (phase, host) pairs that are kept: a peer that invents hosts costs no more.
    static let maximumLines = 20_000

    private(set) var lines: [ProgressLine] = []
    private var places: [Key: Int] = [:]

    private struct Key: Hashable {
        var phase: Phase
        var host: String?
    }

    /// Takes an event in; the place of its line, and whether the line was finished by it.
    mutating func apply(_ event: ControlEvent, now: Double) -> (place: Int, isNew: Bool, finished: Bool)? {
        guard let phase = event.phase else { return nil }
        let key = Key(phase: phase, host: event.host)
        if let place = places[key] {
            let was = lines[place].isFinished
            lines[place].update(event, now: now)
            return (place, false, !was && lines[place].isFinished)
        }
        guard lines.count < ProgressBoard.maximumLines else { return nil }
        lines.append(ProgressLine(phase: phase, host: event.host, event: event, now: now))
        places[key] = lines.count - 1
        return (lines.count - 1, true, lines[lines.count - 1].isFinished)
    }

    /// What a terminal shows now: the lines that move, the latest phases first when there are too many.
    func live(on terminal: Terminal, columns: Int, rows: Int, now: Double) -> [String] {
        let moving = lines.filter { !$0.isFinished }.sorted {
            (Phase.allCases.firstIndex(of: $0.phase) ?? 0, $0.host ?? "")
                < (Phase.allCases.firstIndex(of: $1.phase) ?? 0, $1.host ?? "")
        }
        let summary = ProgressSummary(lines)
        let room = max(1, rows - (summary == nil ? 2 : 3))
        let shown = moving.count <= room ? moving : Array(moving.suffix(room - 1))
        let hostWidth = min(20, shown.reduce(0) { max($0, $1.host?.count ?? 0) })
        var result = shown.map { $0.live(on: terminal, columns: columns, hostWidth: hostWidth, now: now) }
        if let summary { result.append(Printable.cut(summary.text, columns - 1)) }
        if shown.count < moving.count { result.append("… and \(moving.count - shown.count) more") }
        return result
    }
}
