package import Basics
import Subprocess

/// Other programs, run to their end with their last words in the error.
package enum HostTool {
    /// Runs a program found on the path and gives what it wrote to its standard output.
    ///
    /// Fails with `.tool` when it is missing or does not end well, and with `.cancelled` when the task is.
    package static func run(
        _ name: String, _ arguments: [String], doing: String, next: String = ""
    ) async throws(SkeinError) -> String {
        do {
            let result = try await Subprocess.run(
                .name(name), arguments: Arguments(arguments),
                environment: .inherit.updating(["LC_ALL": "C"]),
                output: .string(limit: LauncherLimits.toolOutputBytes),
                error: .string(limit: LauncherLimits.toolOutputBytes))
            if result.terminationStatus.isSuccess { return result.standardOutput }
            let words = result.standardError.isEmpty ? result.standardOutput : result.standardError
            throw SkeinError(
                Task.isCancelled ? .cancelled : .tool, doing: doing,
                cause: "\(name) ended with \(result.terminationStatus): \(lastLines(words))", next: next)
        } catch let error as SkeinError {
            throw error
        } catch {
            let code: SkeinError.Code = Task.isCancelled || error is CancellationError ? .cancelled : .tool
            throw SkeinError(code, doing: doing, cause: "\(name): \(error)", next: next)
        }
    }

    private static func lastLines(_ text: String) -> String {
        ConsoleTail.lines(of: Array(text.utf8.suffix(4096)), count: 4).joined(separator: "; ")
    }
}
