import Foundation
import Testing

/// Scenarios that are told to the millisecond, as files that people read in a review.
///
/// A change of the transfer that changes a story shows it as a difference of a file; `SKEIN_GOLDENS=write` writes them.
@Suite("Golden scenarios")
struct GoldenTests {
    static let names = ((try? FileManager.default.contentsOfDirectory(atPath: GoldenScenario.directory.path)) ?? [])
        .filter { $0.hasSuffix(".txt") }.map { String($0.dropLast(4)) }.sorted()

    @Test("the stories are there")
    func theStoriesAreThere() {
        #expect(Self.names == ["chain", "cut", "late-joiner", "relay-dies", "relay-stops", "two-images"])
    }

    @Test("a scenario goes as its file tells", arguments: names)
    func aScenarioGoesAsTold(name: String) throws {
        let scenario = try GoldenScenario(name)
        let trace = try scenario.tell()
        if ProcessInfo.processInfo.environment["SKEIN_GOLDENS"] == "write" {
            try scenario.rewrite(trace)
        } else {
            #expect(trace == scenario.trace, "SKEIN_GOLDENS=write writes the file anew")
        }
    }
}
