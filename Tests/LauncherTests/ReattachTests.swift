import Basics
import Foundation
import Launcher
import Testing

/// What a peer that was killed leaves running, the next one finds: shown with two real processes, one after the other.
///
/// A process keeps its root for life, so both are children: this test program again, with the suite below turned on.
@Suite("Nodes outlive the process that started them", .timeLimit(.minutes(3)))
struct ReattachTests {
    @Test("kill -9 of the first process harms no node, and the second finds and ends it")
    func killed() async throws {
        let directory = try TemporaryDirectory()
        let first = try await child(.startsAndDies, directory)
        #expect(first.contains("started") && first.hasSuffix("137\n"), "\(first)")
        let running = try await GuestProcesses.below("\(directory.path)/nodes/left")
        #expect(running.count == 1)
        let second = try await child(.findsAndEnds, directory)
        #expect(
            second.contains("found launcher-test.left running, done again, ended") && second.hasSuffix("0\n"),
            "\(second)")
        #expect(try await GuestProcesses.below("\(directory.path)/nodes/left").isEmpty)
        try await GuestProcesses.end(below: "\(directory.path)/nodes/left")
    }

    private func child(_ part: ReattachPart, _ directory: TemporaryDirectory) async throws -> String {
        let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let script = """
            env SKEIN_TEST_PART="$2" SKEIN_TEST_DIRECTORY="$3" "$1" --testing-library swift-testing \
            --filter ReattachChild 2>&1 || code=$?
            echo "${code:-0}"
            """
        return try await HostTool.run(
            "sh", ["-c", script, "sh", program, part.rawValue, directory.path], doing: "running a child")
    }
}
