import Basics
import Glibc
import Subprocess
import SystemPackage

/// Runs other programs to their end and turns what goes wrong into an error for people.
enum Tool {
    /// What a program said.
    struct Answer: Sendable {
        let status: Int32
        let output: String
        let errors: String
    }

    /// The most bytes of either stream that are read.
    private static let outputLimitBytes = 16 << 20

    /// What `timeout` answers for a program that it had to end.
    private static let timedOut: Int32 = 124

    /// Runs a program; `timeout` bounds its time, after which it is killed.
    ///
    /// The cancellation of the task does not end the program: a batch is either done or not begun, and what cleans up
    /// is not cut short. coreutils' `timeout` keeps the program away from a Ctrl-C of the terminal as well.
    static func run(
        _ program: String, _ arguments: [String], input: String = "", doing: String, timeout: Duration = .seconds(120)
    ) async throws(SkeinError) -> Answer {
        guard let path = find(program), let guardian = find("timeout") else {
            throw SkeinError(
                .resources, doing: doing, cause: "the program \(program) is not installed", next: hint(program))
        }
        let command = ["--kill-after=5", "\(timeout.components.seconds)", path] + arguments
        do {
            let answer = try await Task {
                let result = try await Subprocess.run(
                    .path(FilePath(guardian)), arguments: Arguments(command),
                    environment: .inherit.updating(["LC_ALL": "C"]), input: .string(input),
                    output: .string(limit: outputLimitBytes), error: .string(limit: outputLimitBytes))
                let status: Int32
                switch result.terminationStatus {
                case .exited(let code): status = code
                case .signaled(let signal): status = 128 + signal
                }
                return Answer(status: status, output: result.standardOutput, errors: result.standardError)
            }.value
            guard answer.status != timedOut else {
                throw SkeinError(
                    .tool, doing: doing, cause: "\(program) did not end within \(timeout.components.seconds) s")
            }
            return answer
        } catch let error as SkeinError {
            throw error
        } catch {
            throw SkeinError(.tool, doing: doing, cause: "\(program) could not be run: \(error)")
        }
    }

    /// Runs a program that must end with status 0.
    @discardableResult
    static func require(
        _ program: String, _ arguments: [String], doing: String, timeout: Duration = .seconds(120)
    ) async throws(SkeinError) -> String {
        let answer = try await run(program, arguments, doing: doing, timeout: timeout)
        if answer.status == 0 { return answer.output }
        throw SkeinError(
            .tool, doing: doing,
            cause: "\(program) ended with status \(answer.status): \(lastLines(answer.errors + answer.output))")
    }

    /// The full path of a program: root's PATH does not always have the system directories.
    static func find(_ program: String) -> String? {
        if program.contains("/") { return access(program, X_OK) == 0 ? program : nil }
        let path = getenv("PATH").map { String(cString: $0) } ?? ""
        let directories = path.split(separator: ":").map(String.init) + ["/usr/sbin", "/sbin", "/usr/bin", "/bin"]
        return directories.lazy.map { "\($0)/\(program)" }.first { access($0, X_OK) == 0 }
    }

    static func lastLines(_ text: String, count: Int = LabLimits.logLines) -> String {
        text.suffix(LabLimits.logBytes).split(separator: "\n").suffix(count).joined(separator: "\n")
    }

    private static func hint(_ program: String) -> String {
        switch program {
        case "ip", "tc": "install the package iproute2"
        case "rm", "timeout": "install the package coreutils"
        case "nsenter", "unshare", "losetup": "install the package util-linux"
        default: ""
        }
    }
}
