import Foundation

/// Where things are: the files beside the tests, and the `skein` that was built with them.
enum TestFiles {
    /// The directory of topologies and scripts.
    static let directory = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/Files"

    static func path(_ name: String) -> String { "\(directory)/\(name)" }

    /// The program under test: the one that `SKEIN_BINARY` names, else the one beside the bundle of the tests.
    static func skein() throws -> String {
        if let path = ProcessInfo.processInfo.environment["SKEIN_BINARY"] {
            guard FileManager.default.isExecutableFile(atPath: path) else {
                throw TestFailure("SKEIN_BINARY is \(path), which is no program")
            }
            return path
        }
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        var candidates = [URL(fileURLWithPath: own)]
        // The test runner may be a program of the toolchain; the bundle is then named on its command line.
        candidates += CommandLine.arguments.map { URL(fileURLWithPath: $0) }
        for candidate in candidates {
            let path = candidate.deletingLastPathComponent().appendingPathComponent("skein").path
            if FileManager.default.isExecutableFile(atPath: path) { return path }
        }
        throw TestFailure("skein was not built beside the tests: run swift build --build-tests")
    }

    static func entries(_ directory: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []).sorted()
    }

    static func text(_ path: String) -> String {
        String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
    }
}
