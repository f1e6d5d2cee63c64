import Lab
import Peer
import Testing

extension EndToEnd {
    /// Sites that are groups of their own, with bridges between them.
    @Suite("Two sites of seven hosts", .lab("segments.yaml", segments: true), .serialized)
    struct SitesTests {
        private func report(_ host: String) async throws -> SitesReport {
            try await TestLab.required().must(host, ["sites", "--json"]).json()
        }

        @Test("each knows its own peers one by one, and the other site as one", .timeLimit(.minutes(2)))
        func directory() async throws {
            let lab = try TestLab.required()
            for host in lab.status.hosts {
                let isT = host.name.hasPrefix("t-")
                let rows = try await lab.must(host.name, ["peers", "--json"]).json([PeerRow].self)
                #expect(rows.count == 7 && rows.allSatisfy { $0.site == (isT ? "t" : "k") })
                try await lab.wait(for: "\(host.name) hears of the other site") {
                    let report = try await report(host.name)
                    return report.bridges.count == 4 && report.sites.count == 1
                        && report.sites.allSatisfy { $0.site == (isT ? "k" : "t") && $0.peers == 7 }
                }
            }
        }

        @Test("bridges that die are replaced by others", .timeLimit(.minutes(2)))
        func replacement() async throws {
            let lab = try TestLab.required()
            let all = lab.status.hosts.map(\.name)
            let before = try await report("t-r0-h0").bridges
            for bridge in before { try lab.killPeer(bridge) }
            let left = try #require(all.first { $0.hasPrefix("t-") && !before.contains($0) })
            try await lab.wait(for: "\(left) knows the new bridges and the other site") {
                let report = try await report(left)
                return report.bridges.count == 3 && Set(report.bridges).isDisjoint(with: before)
                    && report.sites.first?.peers == 7
            }
            let foreign = try #require(all.first { $0.hasPrefix("k-") })
            try await lab.wait(for: "\(foreign) hears that three are left") {
                try await report(foreign).sites.first?.peers == 3
            }
        }
    }
}
