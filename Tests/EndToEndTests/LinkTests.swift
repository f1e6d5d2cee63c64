import Lab
import Peer
import Testing

extension EndToEnd {
    /// Peers find out what the link between two sites carries, without being told and without any transfer.
    @Suite("Two sites of three hosts", .lab("two-sites.yaml"))
    struct LinkTests {
        private static let tolerance = 0.15
        /// What the link is shaped to, out of the first site by name and into it.
        private static let shaped = (up: 15e6, down: 10e6)

        @Test("every host knows both directions of the pair within 15 %", .timeLimit(.minutes(4)))
        func pair() async throws {
            let lab = try TestLab.required()
            let start = ContinuousClock.now
            for host in lab.status.hosts.map(\.name) {
                try await lab.wait(for: "\(host) knows the link", within: .seconds(150)) {
                    let rows = try await Self.links(lab, host)
                    return rows.contains { $0.upBitsPerSecond != nil && $0.downBitsPerSecond != nil }
                }
            }
            print("the pair is known everywhere after \(ContinuousClock.now - start)")
            let first = try #require(lab.status.hosts.first?.name)
            try await lab.wait(for: "hosts of both sites have measured", within: .seconds(90)) {
                try await Self.links(lab, first).contains { $0.observers >= 4 }
            }
            for host in lab.status.hosts.map(\.name) {
                let rows = try await Self.links(lab, host)
                #expect(rows.count == 1, "\(rows)")
                let row = try #require(rows.first)
                #expect(row.kind == "between" && row.from == "kyoto" && row.to == "tokyo")
                expect(row.upBitsPerSecond, Self.shaped.up, "kyoto to tokyo at \(host)")
                expect(row.downBitsPerSecond, Self.shaped.down, "tokyo to kyoto at \(host)")
                #expect(row.age <= 300)
            }
            // And people are shown it.
            let table = try await lab.must(first, ["peers"]).output
            #expect(table.contains("LINKS") && table.contains("kyoto"))
            print("measured: \(try await Self.links(lab, first)) after \(ContinuousClock.now - start)")
        }

        private func expect(_ found: Int64?, _ shaped: Double, _ what: String) {
            #expect(abs(Double(found ?? 0) / shaped - 1) <= Self.tolerance, "\(what): \(found ?? 0)")
        }

        private static func links(_ lab: TestLab, _ host: String) async throws -> [LinkRow] {
            try await lab.must(host, ["peers", "--links", "--json"]).json()
        }
    }
}
