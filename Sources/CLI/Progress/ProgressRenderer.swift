import Basics
import Glibc
import Peer
import Synchronization

/// Shows the events of a long operation: live lines on a terminal, plain lines elsewhere, JSON when asked.
final class ProgressRenderer: Sendable {
    enum Style: Sendable {
        case live
        case plain
        case json
    }

    /// A terminal is redrawn at most this often.
    private static let redrawSeconds = 0.1
    /// A plain line about the same phase and host comes at most this often, its end excepted.
    private static let plainSeconds = 5.0

    private struct State {
        var board = ProgressBoard()
        /// Lines that the terminal shows and that the next drawing replaces.
        var shownLines = 0
        var drawn = -1.0
        var isDirty = false
        /// When a plain line was last written, by the place of the line.
        var written: [Int: Double] = [:]
        /// When a line about all hosts was last written.
        var summed = 0.0
    }

    private let style: Style
    private let terminal: Terminal
    private let state = Mutex(State())
    private let start = ContinuousClock.now

    init(json: Bool) {
        terminal = Terminal.current
        style = json ? .json : terminal.isLive ? .live : .plain
    }

    /// Redraws while `work` runs, so that times move even when nothing else does.
    func during<Value>(_ work: () async throws -> Value) async rethrows -> Value {
        let ticker = style == .live ? Task { await self.tick() } : nil
        defer {
            ticker?.cancel()
            finish()
        }
        return try await work()
    }

    func show(_ event: ControlEvent) {
        switch style {
        case .json: Output.json(event)
        case .live: showLive(event)
        case .plain: showPlain(event)
        }
    }

    /// A sentence of our own, between the lines.
    func say(_ text: String) {
        switch style {
        case .json: Output.error(text)
        case .live: state.withLock { printAbove(text, &$0) }
        case .plain: Output.error(text)
        }
    }

    private func finish() {
        guard style == .live else { return }
        state.withLock { state in
            clear(&state)
            // Lines without numbers have nothing to report once their phase is over.
            for line in state.board.lines where !line.isFinished && line.done != nil {
                Output.error(line.plain(now: now))
            }
            state.board = ProgressBoard()
        }
    }

    private var now: Double { start.duration(to: .now).inSeconds }

    private func tick() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: .seconds(ProgressRenderer.redrawSeconds))
            let now = now
            state.withLock { state in
                if state.isDirty || now - state.drawn >= 1 { draw(&state, now) }
            }
        }
    }

    private func showLive(_ event: ControlEvent) {
        let now = now
        state.withLock { state in
            switch event.kind {
            case .progress:
                guard let change = state.board.apply(event, now: now) else { return }
                if change.finished { printAbove(state.board.lines[change.place].plain(now: now), &state) }
                state.isDirty = true
                if now - state.drawn >= ProgressRenderer.redrawSeconds { draw(&state, now) }
            case .message, .warning:
                printAbove(sentence(event), &state)
                draw(&state, now)
            case .result, .failed: break
            }
        }
    }

    private func showPlain(_ event: ControlEvent) {
        let now = now
        state.withLock { state in
            switch event.kind {
            case .progress:
                guard let change = state.board.apply(event, now: now) else { return }
                let last = state.written[change.place] ?? -ProgressRenderer.plainSeconds
                guard change.finished || change.isNew || now - last >= ProgressRenderer.plainSeconds else { return }
                state.written[change.place] = now
                Output.error("\(stamp(now)) \(state.board.lines[change.place].plain(now: now))")
                guard now - state.summed >= ProgressRenderer.plainSeconds,
                    let summary = ProgressSummary(state.board.lines)
                else { return }
                state.summed = now
                Output.error("\(stamp(now)) \(summary.text)")
            case .message, .warning:
                Output.error("\(stamp(now)) \(sentence(event))")
            case .result, .failed: break
            }
        }
    }

    private func sentence(_ event: ControlEvent) -> String {
        let place = [event.host, event.node].compactMap { $0 }.joined(separator: " ")
        let text = Printable.lines(event.message ?? "")
        return (event.kind == .warning ? "warning: " : "") + (place.isEmpty ? "" : "\(Printable.text(place)): ") + text
    }

    private func stamp(_ seconds: Double) -> String {
        let text = Figures.fixed(seconds, 1)
        return "[\(String(repeating: " ", count: max(0, 6 - text.count)))\(text)]"
    }

    // MARK: Drawing (the state's lock is held)

    private func draw(_ state: inout State, _ now: Double) {
        let size = terminal.size
        let lines = state.board.live(on: terminal, columns: size.columns, rows: size.rows, now: now)
        // One write a frame, so that no half of it is ever seen.
        var frame = eraser(of: state.shownLines)
        for line in lines { frame += line + "\n" }
        if !frame.isEmpty { Output.write(frame, to: STDERR_FILENO) }
        state.shownLines = lines.count
        state.drawn = now
        state.isDirty = false
    }

    private func printAbove(_ text: String, _ state: inout State) {
        clear(&state)
        Output.error(text)
        state.isDirty = true
    }

    private func clear(_ state: inout State) {
        if state.shownLines > 0 { Output.write(eraser(of: state.shownLines), to: STDERR_FILENO) }
        state.shownLines = 0
    }

    /// Moves up over the lines shown and clears from there to the end of the screen.
    private func eraser(of lines: Int) -> String { lines > 0 ? "\u{1B}[\(lines)A\r\u{1B}[J" : "" }
}
