import Basics
import Lab

/// Runs an experiment with progress on standard error; Ctrl-C takes the lab away before the command ends.
enum LabInterrupt {
    static func guarding<Value: Sendable>(
        _ work: @escaping @Sendable (@escaping @Sendable (ExperimentProgress) -> Void) async throws -> Value
    ) async throws -> Value {
        let printer = ExperimentProgressPrinter()
        let signals = SignalCount()
        do {
            return try await Interrupt.guarding(
                onFirst: {
                    _ = signals.next()
                    Output.error("\ncancelling; the lab is being taken away")
                },
                { try await work { printer.show($0) } })
        } catch {
            guard signals.value > 0 else { throw error }
            Output.error("cancelled")
            let reported = (error as? SkeinError) ?? SkeinError(.cancelled, doing: "running", cause: "interrupted")
            throw ReportedError(reported, exitCode: Interrupt.exitCode, isPrinted: true)
        }
    }
}
