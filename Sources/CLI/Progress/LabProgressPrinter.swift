import Glibc
import Lab
import Synchronization

/// Shows how far raising a lab is: one line that changes on a terminal, a line a step elsewhere.
final class LabProgressPrinter: Sendable {
    private struct Event: Encodable {
        var kind = "progress"
        var step: String
        var done: Int
        var total: Int
    }

    private let isJSON: Bool
    private let terminal = Terminal.current
    private let shown = Mutex<LabProgress?>(nil)

    init(json: Bool) { isJSON = json }

    func show(_ progress: LabProgress) {
        if isJSON {
            return Output.json(Event(step: progress.step.rawValue, done: progress.done, total: progress.total))
        }
        shown.withLock { last in
            let isNew = last?.step != progress.step
            let isDone = progress.done >= progress.total
            guard last != progress, isNew || isDone || terminal.isLive else { return }
            last = progress
            let text = "\(Printable.fit(progress.step.rawValue, 9)) \(progress.done) of \(progress.total) hosts"
            if terminal.isLive {
                Output.write("\r\u{1B}[K\(text)\(isDone ? "\n" : "")", to: STDERR_FILENO)
            } else if isDone {
                Output.error(text)
            }
        }
    }
}
