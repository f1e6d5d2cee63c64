import Foundation

/// Runs the real `skein` that was built beside these tests.
enum SkeinProcess {
    struct Outcome {
        var code: Int32
        var output: String
        var error: String
    }

    struct NotBuilt: Error, CustomStringConvertible {
        var description: String { "skein was not built beside the tests: run swift build --build-tests" }
    }

    /// The executable, beside the bundle of the tests.
    static func path() throws -> String {
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let directory = URL(fileURLWithPath: own).deletingLastPathComponent()
        for name in ["skein", "CLI"] {
            let path = directory.appendingPathComponent(name).path
            if FileManager.default.isExecutableFile(atPath: path) { return path }
        }
        throw NotBuilt()
    }

    /// Runs to the end, with an environment in which no peer is found by chance.
    static func run(_ arguments: [String]) throws -> Outcome {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try path())
        process.arguments = arguments
        process.environment = ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "SKEIN_SOCKET": "/nonexistent/skein.sock"]
        let directory = FileManager.default.temporaryDirectory
            .appendingPathComponent("skein-house-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        // Files instead of pipes: nothing can block on a full one.
        let files = ["output", "error"].map { directory.appendingPathComponent($0) }
        for file in files { try Data().write(to: file) }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: files[0])
        process.standardError = try FileHandle(forWritingTo: files[1])
        try process.run()
        process.waitUntilExit()
        let texts = try files.map { String(decoding: try Data(contentsOf: $0), as: UTF8.self) }
        return Outcome(code: process.terminationStatus, output: texts[0], error: texts[1])
    }
}
