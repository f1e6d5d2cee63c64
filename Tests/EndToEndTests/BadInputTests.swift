import Foundation
import Lab
import Peer
import Testing

extension EndToEnd {
    /// What a person does wrong, against live peers: a clear error with the next step, and nothing half-made.
    @Suite("Bad input", .lab("three.yaml"))
    struct BadInputTests {
        @Test("a mistake in the file is shown with its line", .timeLimit(.minutes(1)))
        func mistakes() async throws {
            try await refuses(
                "name: a\nroles:\n  compute: {count: 2, memroy: 1GiB}\n", code: 2,
                saying: ["cluster.yaml:3:", "memroy", "did you mean \"memory\"?"])
            try await refuses(
                "name: a\nroles:\n  compute: {count: 2}\n  compute: {count: 3}\n", code: 2,
                saying: ["cluster.yaml:4:", "\"compute\" is given more than once"])
            try await refuses(
                "name: a\nroles:\n  x: {count: 2, node_names: \"n[1-2]\"}\n  y: {count: 1, node_names: n1}\n", code: 2,
                saying: ["cluster.yaml:4:", "n1"])
            try await refuses(
                "name: a\nroles:\n  compute: {count: 2, memory: 1MiB}\n", code: 2,
                saying: ["cluster.yaml:3:", "memory"])
            try await refuses(
                "name: a\nimage: {files: [{path: /a, content: x}, {path: /a, content: y}]}\nroles: {c: {count: 1}}\n",
                code: 2, saying: ["cluster.yaml:2:", "/a"])
        }

        @Test("nodes that no host has memory for are refused with the numbers", .timeLimit(.minutes(1)))
        func noMemory() async throws {
            try await refuses(
                "name: big\nroles:\n  compute: {count: 2, memory: 64GiB}\n", code: 1,
                saying: ["no host has 64 GiB free", "needs 128 GiB", "have 3 GiB", "h0 has 1 GiB", "next: "])
            try await refuses(
                "name: many\nroles:\n  compute: {count: 7, memory: 512MiB}\n", code: 1,
                saying: ["no host has 512 MiB free", "3.5 GiB", "next: "])
        }

        @Test("hosts and images that do not exist are named", .timeLimit(.minutes(1)))
        func unknownNames() async throws {
            let lab = try TestLab.required()
            try await refuses(
                "name: a\nhosts: [h7]\nroles: {c: {count: 1}}\n", code: 1, saying: ["hosts", "skein peers"])
            let file = lab.path("tiny.raw")
            try Data(repeating: 7, count: 70_000).write(to: URL(fileURLWithPath: file))
            try await lab.must("h0", ["image", "import", file, "--name", "tiny"])
            for arguments in [
                ["image", "push", "tiny", "--to", "h9"], ["image", "push", "nothing"],
                ["image", "import", lab.path("absent.raw"), "--name", "absent"],
                ["image", "import", "/dev", "--name", "a"],
                ["down", "nothing"], ["logs", "nothing/compute-0"],
            ] {
                let outcome = try await lab.skein("h0", arguments)
                #expect(outcome.code == 1 || outcome.code == 2, "\(arguments)")
                #expect(outcome.error.contains("error: "), "\(arguments)")
                #expect(
                    ["h9", "nothing", "absent", "/dev"].contains { outcome.error.contains($0) }, "\(outcome.error)")
            }
            #expect(try await lab.must("h0", ["image", "ls", "--json"]).json([ImageRow].self).map(\.name) == ["tiny"])
        }

        @Test("a second daemon on the same state is refused at once, and the first goes on", .timeLimit(.minutes(1)))
        func secondDaemon() async throws {
            let lab = try TestLab.required()
            let configuration = "\(lab.run.paths.stateRoot)/\(lab.name)/h1.yaml"
            let start = ContinuousClock.now
            let second = try await lab.inside("h1", [lab.skein, "peer", "run", "--config", configuration])
            #expect(ContinuousClock.now - start < .seconds(5))
            #expect(second.code == 1)
            #expect(second.error.contains(lab.data("h1")))
            #expect(second.error.contains("next: "))
            #expect(try await lab.status(of: "h1").name == "h1")
            try await lab.waitForMembers()
        }

        @Test("a peer whose seeds are unreachable says so and is of use alone", .timeLimit(.minutes(1)))
        func unreachableSeeds() async throws {
            let lab = try TestLab.required()
            let state = lab.path("alone")
            let peer = try await ExtraPeer(
                lab, on: "h2", state: state, port: 7412, seeds: ["10.77.9.9:7411", "\(lab.host("h2").address):7999"])
            let result: Result<Void, any Error>
            do {
                let file = lab.path("alone.raw")
                try Data((0..<100_000).map { UInt8(truncatingIfNeeded: $0 / 3) }).write(to: URL(fileURLWithPath: file))
                let imported = try await peer.skein(["image", "import", file, "--name", "alone"])
                #expect(imported.code == 0, "\(imported.error)")
                let status = try await peer.skein(["status", "--json"]).json(PeerStatus.self)
                #expect(status.peersAlive == 1)
                try await lab.wait(for: "its log names the seeds", within: .seconds(15)) {
                    peer.process.error.contains("10.77.9.9:7411")
                }
                result = .success(())
            } catch {
                result = .failure(error)
            }
            await peer.end()
            try result.get()
        }

        @Test("an import that does not fit leaves nothing half-made", .timeLimit(.minutes(1)))
        func noSpace() async throws {
            let lab = try TestLab.required()
            let state = lab.path("small")
            try FileManager.default.createDirectory(atPath: state, withIntermediateDirectories: true)
            _ = try await lab.tool("mount", ["-t", "tmpfs", "-o", "size=48m,mode=0711", "e2e-small", state])
            let result: Result<Void, any Error>
            do {
                let peer = try await ExtraPeer(lab, on: "h2", state: state, port: 7413)
                do {
                    result = .success(try await fill(peer))
                } catch {
                    result = .failure(error)
                }
                await peer.end()
            } catch {
                result = .failure(error)
            }
            _ = try await lab.tool("umount", ["--lazy", state])
            try result.get()
        }

        private func fill(_ peer: ExtraPeer) async throws {
            let lab = try TestLab.required()
            let large = try RawFile(lab.path("large.raw"), seed: 8, [.random(80 * RawFile.mebibyte)])
            defer { try? FileManager.default.removeItem(atPath: large.path) }
            let refused = try await peer.skein(["image", "import", large.path, "--name", "large"])
            #expect(refused.code == 1)
            #expect(refused.error.contains("No space left on device") || refused.error.contains("free"))
            #expect(try await peer.skein(["image", "ls", "--json"]).json([ImageRow].self).isEmpty)
            let small = try RawFile(lab.path("small.raw"), seed: 9, [.random(8 * RawFile.mebibyte)])
            defer { try? FileManager.default.removeItem(atPath: small.path) }
            let imported = try await peer.skein(["image", "import", small.path, "--name", "small"])
            #expect(imported.code == 0, "what did not fit is not in the way: \(imported.error)")
            let verified = try await peer.skein(["image", "verify"])
            #expect(verified.code == 0, "\(verified.error)")
        }

        /// `up` of a file must fail like this, at once and with nothing made.
        private func refuses(_ text: String, code: Int32, saying words: [String]) async throws {
            let lab = try TestLab.required()
            let file = lab.path("cluster.yaml")
            try Data(text.utf8).write(to: URL(fileURLWithPath: file))
            let outcome = try await lab.skein("h0", ["up", "-f", file])
            #expect(outcome.code == code, "\(text)\(outcome.error)")
            for word in words {
                #expect(outcome.error.contains(word), "\(outcome.error)")
            }
            #expect(try await lab.nodes(at: "h0").nodes.isEmpty)
            #expect(Leftovers.ofBuilds(lab, "h0").isEmpty)
        }
    }
}
