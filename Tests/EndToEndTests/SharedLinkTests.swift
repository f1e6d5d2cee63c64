import Foundation
import Lab
import Peer
import Testing

extension EndToEnd {
    /// Images that share the links of hosts with each other and with everybody else.
    @Suite("Four hosts with shared links", .lab("shared.yaml", tellsRates: true))
    struct SharedLinkTests {
        /// Bytes per second of each link, each way.
        private static let link = 5e6

        @Test("an image that goes first is hardly slowed by one that has begun before", .timeLimit(.minutes(2)))
        func high() async throws {
            let lab = try TestLab.required()
            let low = try await importing("low", mebibytes: 24, at: "h0")
            let high = try await importing("high", mebibytes: 16, at: "h1")
            let slow = try lab.start("h0", ["image", "push", "low", "--to", "h1,h2,h3", "--json"])
            try await Task.sleep(for: .seconds(1))
            let push = try await lab.must(
                "h1", ["image", "push", "high", "--to", "h0,h2,h3", "--priority", "high", "--json"])
            let last = try #require(push.last?.transfer).hosts.compactMap(\.seconds).max() ?? 0
            let alone = Double(high) / Self.link
            // Half a megabyte from each parent of the other image was allowed before and still comes; equals would take twice
            // as long.
            print("the image that goes first took \(last) s, \(alone) s alone")
            #expect(last < alone * 1.25 + 1, "\(last) s, and \(alone) s alone")
            let outcome = try await slow.finish(within: .seconds(60))
            let others = try #require(outcome.last?.transfer).hosts
            let both = Double(low + high) / Self.link
            #expect(others.count == 3 && others.allSatisfy { $0.reason == nil })
            let end = others.compactMap(\.seconds).max() ?? 0
            #expect(end < both * 1.3 + 1, "\(end) s for the other: together they take \(both) s at least")
            try await removing(["low", "high"])
        }

        @Test("an image in the background takes all that is free", .timeLimit(.minutes(2)))
        func free() async throws {
            let lab = try TestLab.required()
            let bytes = try await importing("free", mebibytes: 24, at: "h0")
            let push = try await lab.must("h0", ["image", "push", "free", "--priority", "background", "--json"])
            let last = try #require(push.last?.transfer).hosts.compactMap(\.seconds).max() ?? 0
            let alone = Double(bytes) / Self.link
            #expect(last < alone * 1.2 + 1.5, "\(last) s of \(alone)")
            try await removing(["free"])
        }

        @Test("an image in the background makes room for what else goes over a link", .timeLimit(.minutes(2)))
        func yields() async throws {
            let lab = try TestLab.required()
            let bytes = try await importing("behind", mebibytes: 32, at: "h0")
            let script = TestFiles.path("tenant.py")
            let sink = try lab.startInside("h3", ["python3", script, "sink", "9000"])
            try await lab.wait(for: "the other side listens") { sink.output.contains("listening") }
            let push = try lab.start("h0", ["image", "push", "behind", "--priority", "background", "--json"])
            try await Task.sleep(for: .seconds(1))
            // Out of the host that sends the image.
            let tenant = try await lab.inside(
                "h0", ["python3", script, "send", try lab.host("h3").address, "9000", "7", "2"])
            let rate = try #require(Double(tenant.output.trimmingCharacters(in: .whitespacesAndNewlines)))
            print("the other had \(rate / 1e6) MB/s of \(Self.link / 1e6)")
            #expect(rate > 0.8 * Self.link, "the other had \(rate) bytes a second beside the image")
            let hosts = try #require(try await push.finish(within: .seconds(60)).last?.transfer).hosts
            let end = hosts.compactMap(\.seconds).max() ?? 0
            // What is left after the other has ended goes as fast as the link.
            #expect(hosts.allSatisfy { $0.reason == nil } && end < 8 + 1.3 * Double(bytes) / Self.link, "\(end) s")
            _ = try await sink.finish(within: .seconds(10))
            try await removing(["behind"])
        }

        @Test("a host gives no more than its file allows, whatever the image", .timeLimit(.minutes(2)))
        func hostLimit() async throws {
            let lab = try TestLab.required()
            let bytes = try await importing("slowly", mebibytes: 8, at: "h0")
            try lab.killPeer("h2")
            let file = try lab.configuration("h2")
            let before = TestFiles.text(file)
            try Data((before + "limits: {up: 8Mbit, down: 16Mbit}\n").utf8).write(to: URL(fileURLWithPath: file))
            try await lab.startPeer("h2")
            try await lab.wait(for: "h0 plans with what h2 may give") {
                let rows = try await lab.must("h0", ["peers", "--json"]).json([PeerRow].self)
                return rows.contains { $0.name == "h2" && $0.upBitsPerSecond ?? .max <= 8_000_000 }
            }
            let push = try await lab.must("h0", ["image", "push", "slowly", "--json"])
            let hosts = try #require(push.last?.transfer).hosts
            for host in hosts {
                let took = try #require(host.seconds)
                let expected = Double(bytes) / (host.host == "h2" ? 2e6 : Self.link)
                #expect(took > expected * 0.85 && took < expected * 1.3 + 1, "\(host.host): \(took) of \(expected) s")
            }
            try lab.killPeer("h2")
            try Data(before.utf8).write(to: URL(fileURLWithPath: file))
            try await lab.startPeer("h2")
            try await removing(["slowly"])
        }

        private func importing(_ name: String, mebibytes: Int, at host: String) async throws -> Int64 {
            let lab = try TestLab.required()
            let file = try RawFile(
                lab.path("\(name).raw"), seed: UInt64(mebibytes), [.random(mebibytes * RawFile.mebibyte)])
            defer { try? FileManager.default.removeItem(atPath: file.path) }
            try await lab.must(host, ["image", "import", file.path, "--name", name])
            return try await lab.image(name, at: host).storedBytes
        }

        private func removing(_ names: [String]) async throws {
            let lab = try TestLab.required()
            for host in lab.status.hosts {
                for name in names { try await lab.must(host.name, ["image", "rm", name]) }
            }
        }
    }
}
