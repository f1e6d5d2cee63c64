import Foundation
import Peer

/// A program that a test has started; it ends with the test's work at the latest.
final class RunningCommand: Sendable {
    /// How a program ended.
    struct Outcome: Sendable {
        /// 128 + n after signal n.
        var code: Int32
        var output: String
        var error: String

        /// What `--json` wrote: the events of a long operation.
        var events: [ControlEvent] { RunningCommand.events(output) }
        /// The last event, with the report; also of a failed operation.
        var last: ControlEvent? { events.last { $0.kind == .result || $0.kind == .failed } }

        func json<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
            do {
                return try JSONDecoder().decode(type, from: Data(output.utf8))
            } catch {
                throw TestFailure("exit code \(code), no \(type) in: \(output)\(self.error)")
            }
        }
    }

    private let process: Process
    private let outputFile: String
    private let errorFile: String
    private let title: String

    /// Output goes to files: nothing can block on a full pipe, and it can be read while the program runs.
    init(_ program: String, _ arguments: [String], environment: [String: String] = [:], in directory: String) throws {
        let name = UUID().uuidString
        outputFile = "\(directory)/\(name).out"
        errorFile = "\(directory)/\(name).err"
        title = ([program] + arguments).joined(separator: " ")
        for file in [outputFile, errorFile] { try Data().write(to: URL(fileURLWithPath: file)) }
        process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle(forWritingAtPath: outputFile)
        process.standardError = FileHandle(forWritingAtPath: errorFile)
        try process.run()
    }

    var identifier: Int32 { process.processIdentifier }
    var output: String { TestFiles.text(outputFile) }
    var error: String { TestFiles.text(errorFile) }
    var events: [ControlEvent] { RunningCommand.events(output) }

    /// For messages.
    private var lastLines: String { "\(output.suffix(2000))\(error.suffix(2000))" }

    func signal(_ number: Int32) {
        if process.isRunning { kill(process.processIdentifier, number) }
    }

    /// Waits for the end; a program that takes longer is killed, and that is a failure.
    func finish(within patience: Duration = .seconds(60)) async throws -> Outcome {
        let deadline = ContinuousClock.now + patience
        while process.isRunning {
            do {
                guard ContinuousClock.now < deadline else {
                    throw TestFailure("no end within \(patience): \(title)\n\(lastLines)")
                }
                try await Task.sleep(for: .milliseconds(10))
            } catch {
                signal(SIGKILL)
                throw error
            }
        }
        let code = process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus
        return Outcome(code: code, output: output, error: error)
    }

    /// Waits until an event has come; the program must not end before.
    func wait(
        for what: String, within patience: Duration = .seconds(60), _ isIt: (ControlEvent) -> Bool
    ) async throws {
        let deadline = ContinuousClock.now + patience
        var isLast = false
        while !events.contains(where: isIt) {
            guard !isLast, ContinuousClock.now < deadline else {
                throw TestFailure("\(what) was not seen of: \(title)\n\(lastLines)")
            }
            isLast = !process.isRunning
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    private static func events(_ text: String) -> [ControlEvent] {
        text.split(separator: "\n").compactMap { try? JSONDecoder().decode(ControlEvent.self, from: Data($0.utf8)) }
    }
}
