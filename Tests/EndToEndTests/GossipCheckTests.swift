import Foundation
import Lab
import Testing

extension EndToEnd {
    /// `skein lab check-gossip` at a small size: real peers, kill -9, and no UDP.
    @Suite("Gossip of eight real peers")
    struct GossipCheckTests {
        @Test("join, crash, quiet traffic and firewalls keep their bars", .timeLimit(.minutes(3)))
        func keepsBars() async throws {
            let directory = FileManager.default.temporaryDirectory
                .appendingPathComponent("skein-gossip-\(UUID().uuidString)").path
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(atPath: directory) }
            let networks = TestFiles.entries("/run/netns")
            let outcome = try await RunningCommand(
                try TestFiles.skein(),
                [
                    "lab", "check-gossip", TestFiles.path("eight-one-rack.yaml"), "--settle", "12", "--quiet", "6",
                    "--hold",
                    "6",
                    "--victims", "1", "--json",
                ], in: directory
            ).finish(within: .seconds(170))
            let report = try GossipCheckReport(json: outcome.output)
            for figure in report.figures {
                #expect(figure.holds, "\(figure.name): \(figure.values), bar \(figure.bar ?? 0)")
            }
            #expect(outcome.code == (report.holds ? 0 : 1), "\(outcome.error)")
            let named = Set(report.figures.map(\.name))
            #expect(named.isSuperset(of: ["join", "quiet", "crash", "cut losses", "blocked join", "blocked losses"]))
            // What the bars presume: it was cut, and gossip went over sessions.
            let streamed = report.figures.first { $0.name == "cut streamed" }
            #expect(try #require(streamed).value > 0)
            #expect(TestFiles.entries("/run/netns").filter { !networks.contains($0) }.isEmpty)
        }
    }
}
