import Basics
import Subprocess

/// Runs a build's script under ``SupervisorScript``: in namespaces of its own that end with it, or with us.
struct BuildSandbox {
    let networkNamespace: String?
    let log: String

    /// What a script ended with.
    enum Ending: Hashable {
        case exited(Int32)
        case cancelled
        /// It could not even be started; why.
        case failed(String)
    }

    /// Runs the script to its end, handing on every line it sends. Cancelling the task kills it.
    ///
    /// When this returns, the supervisor and the first process of the build's namespace are gone.
    func run(_ script: String, arguments: [String], onLine: (String) -> Void) async -> Ending {
        var options = PlatformOptions()
        options.createSession = true
        options.teardownSequence = [
            .gracefulShutDown(allowedDurationToNextStep: BuildLimits.release)
        ]
        let words = ["-c", SupervisorScript.text, "skein-build", log, networkNamespace ?? "", script] + arguments
        do {
            // The pipe to its standard input is the lifeline: nothing is written, and it ends when this process does.
            let result = try await Subprocess.run(
                .name("sh"), arguments: Arguments(words), platformOptions: options, input: .inputWriter,
                output: .sequence, error: .discarded
            ) { execution in
                for try await line in execution.standardOutput.strings() { onLine(line) }
            }
            if Task.isCancelled { return .cancelled }
            switch result.terminationStatus {
            case .exited(let code): return .exited(code)
            case .signaled(let signal): return .exited(128 + signal)
            }
        } catch {
            return Task.isCancelled ? .cancelled : .failed("\(error)")
        }
    }
}
