import ArgumentParser
import Basics
import Foundation
import Peer

/// Prints the last words of a failed command and ends the process.
enum ErrorReporter {
    /// What a wrong command line exits with, as every other bad usage.
    private static let usageCode: Int32 = 2

    static func exit(after error: any Error) -> Never {
        switch error {
        case let error as SkeinError:
            report(error)
            Foundation.exit(error.exitCode)
        case let error as ReportedError:
            if !error.isPrinted { report(error.error) }
            Foundation.exit(error.exitCode)
        default:
            let code = Skein.exitCode(for: error)
            let text = Skein.fullMessage(for: error)
            if code.isSuccess {
                if !text.isEmpty { Output.line(text) }
                Foundation.exit(0)
            }
            if !text.isEmpty { Output.error(text) }
            Foundation.exit(code == .validationFailure ? usageCode : code.rawValue)
        }
    }

    /// `error: doing: cause` and what to do next, on standard error; with `--json` also as JSON on standard output.
    static func report(_ error: SkeinError) {
        Output.error("error: \(Printable.text(error.doing)): \(Printable.lines(error.cause))")
        if !error.next.isEmpty { Output.error("next: \(Printable.lines(error.next))") }
        if CommandLine.arguments.contains("--json") {
            Output.json(["error": ErrorReport(error)])
        }
    }
}
