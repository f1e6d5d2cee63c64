import Foundation
import Lab
import Peer
import Testing

extension EndToEnd {
    /// Who looks on while an image flows is told the truth.
    @Suite("A source with a thin uplink", .lab("slow-source.yaml", tellsRates: true))
    struct FlowTests {
        private static let receivers = ["h1", "h2", "h3"]

        @Test("edges, rates, what is predicted, and who slows the flow", .timeLimit(.minutes(3)))
        func flow() async throws {
            let lab = try TestLab.required()
            try await waitForRates(lab)
            let file = try RawFile(lab.path("flow.raw"), seed: 4, [.random(16 * RawFile.mebibyte)])
            defer { try? FileManager.default.removeItem(atPath: file.path) }
            try await lab.must("h0", ["image", "import", file.path, "--name", "flow"])
            let image = try await lab.image("flow", at: "h0")
            try await refusals(lab)

            let push = try lab.start("h0", ["image", "push", "flow", "--to", "h1,h2", "--to", "h3", "--json"])
            // A third has come everywhere: what fills the window is the flow itself.
            for host in Self.receivers {
                try await push.wait(for: "a third at \(host)", within: .seconds(60)) { event in
                    event.phase == .transfer && event.host == host && (event.done ?? 0) * 3 >= image.storedBytes
                }
            }
            // Asked at one that receives, and by the image's digits at the one that has no name for it yet.
            let report = try await lab.must("h2", ["flow", "flow", "--json"]).json(FlowReport.self)
            let table = try await lab.must("h0", ["flow", String(image.image.prefix(12))]).output
            let status = try await lab.status(of: "h0")
            let own = try await lab.status(of: "h3")
            let live = try lab.start("h0", ["flow", "flow", "--live", "--json"])
            let outcome = try await push.finish(within: .seconds(60))
            #expect(outcome.code == 0, "\(outcome.error)")

            print(table)
            try check(report, storedBytes: image.storedBytes)
            #expect(table.contains("h0 slows the flow: net out") && table.contains("LIMITED BY"))
            check(status, own)
            try await agreesWithTransfers(report, lab)
            try await checkLive(live)
            // And afterwards nothing flows.
            let after = try await lab.skein("h1", ["flow", "flow"])
            #expect(after.code == 1)
            #expect(after.error.contains("nobody is receiving it; held by h0, h1, h2, h3"), "\(after.error)")
            #expect(after.error.contains("next: skein image push flow --to"))
        }

        private func check(_ report: FlowReport, storedBytes: Int64) throws {
            #expect(report.hosts.map(\.host) == ["h0"] + Self.receivers)
            #expect(report.silent.isEmpty && report.isFlowing && report.name == "flow")
            let source = try #require(report.hosts.first)
            #expect(source.state == .holder && Set(source.to.map(\.host)).isSubset(of: Self.receivers))
            // 8 Mbit/s of the shaped link, headers of three layers included.
            #expect((700_000...1_050_000).contains(source.outRate), "\(source.outRate)")
            for host in report.hosts.dropFirst() {
                #expect(host.state == .receiving && host.total == storedBytes)
                #expect((500_000...1_300_000).contains(host.inRate), "\(host.host): \(host.inRate)")
                #expect(host.limit?.cause == "parent", "\(host.host): \(String(describing: host.limit))")
                #expect(!host.from.isEmpty && host.from.reduce(0) { $0 + ($1.stripes ?? 0) } >= 1)
                let eta = try #require(host.eta)
                #expect((2...20).contains(eta), "\(eta)")
            }
            let plan = try #require(report.plan)
            let predicted = try #require(plan.predicted)
            #expect(plan.isMeasured && (13...25).contains(predicted), "\(plan)")
            #expect(try #require(plan.bound) <= predicted)
            let slowest = try #require(report.bottleneck)
            #expect(slowest.host == "h0" && slowest.limit.cause == "net out" && slowest.waiting == 3, "\(slowest)")
        }

        private func check(_ ordering: PeerStatus, _ receiving: PeerStatus) {
            let install = ordering.installs?.first
            #expect(ordering.installs?.count == 1 && install?.hosts == 3 && install?.name == "flow")
            #expect((install?.eta ?? -1) > 0)
            let transfer = receiving.transfers?.first
            #expect(receiving.transfers?.count == 1 && transfer?.state == "receiving" && transfer?.name == "flow")
            #expect((transfer?.rate ?? 0) > 0 && (transfer?.eta ?? -1) > 0)
        }

        /// Whoever was seen to feed a host has fed it in the end, and with no fewer bytes.
        private func agreesWithTransfers(_ report: FlowReport, _ lab: TestLab) async throws {
            for host in report.hosts.dropFirst() {
                let rows = try await lab.must(host.host, ["transfers", "--json"]).json([TransferRow].self)
                let sources = try #require(rows.last).sources
                for edge in host.from where edge.bytes > 0 {
                    #expect(sources[edge.host] ?? 0 >= edge.bytes, "\(edge.host) to \(host.host): \(sources)")
                }
                // What a parent says that it sent is what comes, but for what is on its way.
                for edge in host.from where edge.bytes > 4 << 20 {
                    let parent = report.hosts.first { $0.host == edge.host }
                    let sent = parent?.to.first { $0.host == host.host }?.bytes ?? 0
                    #expect(abs(sent - edge.bytes) < 3 << 20, "\(edge.host) to \(host.host): \(sent), \(edge.bytes)")
                }
            }
        }

        /// One document a line each second, the last of a flow that has ended.
        private func checkLive(_ live: RunningCommand) async throws {
            let outcome = try await live.finish(within: .seconds(20))
            #expect(outcome.code == 0, "\(outcome.error)")
            let lines = outcome.output.split(separator: "\n")
            let reports = try lines.map { try JSONDecoder().decode(FlowReport.self, from: Data($0.utf8)) }
            #expect(reports.count >= 2 && reports.dropLast().allSatisfy(\.isFlowing))
            #expect(reports.last?.isFlowing == false)
            #expect(reports.last?.hosts.dropFirst().allSatisfy { $0.state == .done } == true)
        }

        /// What cannot be shown is said in one sentence, with what to do.
        private func refusals(_ lab: TestLab) async throws {
            let unknown = try await lab.skein("h1", ["flow", "nothing"])
            #expect(unknown.code == 1 && unknown.error.contains("knows no image of that name"), "\(unknown.error)")
            let still = try await lab.skein("h0", ["flow", "flow", "--live"])
            #expect(still.code == 1)
            #expect(still.error.contains("nobody is receiving it; held by h0"), "\(still.error)")
            let bad = try await lab.skein("h0", ["image", "push", "flow", "--to", "h1,,h2"])
            #expect(bad.code == 2, "\(bad.error)")
        }

        /// Rates that were declared come with the first pulses.
        private func waitForRates(_ lab: TestLab) async throws {
            try await lab.wait(for: "the rates are known") {
                let rows = try await lab.must("h0", ["peers", "--json"]).json([PeerRow].self)
                return rows.allSatisfy { $0.upErrorPercent != nil && $0.downErrorPercent != nil }
            }
        }
    }
}
