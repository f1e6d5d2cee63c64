import Foundation
import Testing

/// `skein lab bench` as a process that is interrupted: by steps in virtual time, which need no root.
@Suite struct BenchProcessTests {
    @Test(
        "Ctrl-C leaves what was measured as JSON and as a document, both marked, and says so",
        arguments: [SIGINT, SIGTERM])
    func interrupted(signal: Int32) throws {
        let directory = FileManager.default.temporaryDirectory
            .appendingPathComponent("skein-bench-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let json = directory.appendingPathComponent("bench.json")
        let markdown = directory.appendingPathComponent("bench.md")
        let errors = directory.appendingPathComponent("errors")
        try Data().write(to: errors)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try SkeinProcess.path())
        process.arguments =
            ["lab", "bench", SourceTree.root.appendingPathComponent("topologies").path, "--repeat", "1"]
            + ["--only", "simulate/flat-16", "--only", "simulate/racks-4x8-1000"]
            + ["--json", json.path, "--markdown", markdown.path]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        // The second step takes long enough to be hit in its midst.
        while process.isRunning, !FileManager.default.fileExists(atPath: markdown.path) {
            Thread.sleep(forTimeInterval: 0.02)
        }
        // Twice at once, as `timeout` does.
        for _ in 0..<2 { #expect(kill(process.processIdentifier, signal) == 0) }
        process.waitUntilExit()
        #expect(process.terminationStatus == 130)
        let said = String(decoding: try Data(contentsOf: errors), as: UTF8.self)
        let place = "cut short after step 1 of 2 (simulate/flat-16)"
        #expect(said.contains("wrote to \(json.path) and \(markdown.path) what was measured; \(place)"), "\(said)")
        let document = String(decoding: try Data(contentsOf: markdown), as: UTF8.self)
        #expect(document.contains("**C\(place.dropFirst()). Not reached: simulate/racks-4x8-1000.**"), "\(document)")
        #expect(document.contains("| flat-16 | 16 |"))
        let figures = String(decoding: try Data(contentsOf: json), as: UTF8.self)
        #expect(figures.contains("\"cut_short\""))
        #expect(figures.contains("\"simulate/flat-16\""))
    }
}
