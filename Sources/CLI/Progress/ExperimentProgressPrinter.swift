import Glibc
import Lab
import Synchronization

/// Shows how far a run of a lab is, on standard error: one line that changes on a terminal, now and then a line elsewhere.
final class ExperimentProgressPrinter: Sendable {
    private struct State {
        var lastMoving = -10.0
        var isLineOpen = false
    }

    /// Seconds between two lines about the same where nothing can be overwritten.
    private static let quietSeconds = 5.0

    private let terminal = Terminal.current
    private let raising = LabProgressPrinter(json: false)
    private let state = Mutex(State())

    func show(_ progress: ExperimentProgress) {
        switch progress {
        case .needs(let sum): line("needs \(sum)")
        case .run(let number, let count): if count > 1 { line("run \(number) of \(count)") }
        case .raising(let step): raising.show(step)
        case .step(let what): line(what)
        case .moving(let seconds, let bytes, let total, let done, let targets):
            moving(
                seconds,
                "\(Figures.percent(bytes, of: total)) of \(Figures.bytes(total)), \(done) of \(targets) hosts done")
        case .event(let seconds, let what): line("\(Figures.fixed(seconds, 1)) s: \(what)")
        case .warning(let what): line("warning: \(what)")
        }
    }

    private func moving(_ seconds: Double, _ text: String) {
        state.withLock { state in
            if terminal.isLive {
                state.isLineOpen = true
                Output.write("\r\u{1B}[K\(Figures.fixed(seconds, 1)) s: \(text)", to: STDERR_FILENO)
            } else if seconds - state.lastMoving >= Self.quietSeconds || seconds < state.lastMoving {
                state.lastMoving = seconds
                Output.error("\(Figures.fixed(seconds, 1)) s: \(text)")
            }
        }
    }

    private func line(_ text: String) {
        state.withLock { state in
            if state.isLineOpen { Output.write("\r\u{1B}[K", to: STDERR_FILENO) }
            state.isLineOpen = false
            Output.error(Printable.lines(text))
        }
    }
}
