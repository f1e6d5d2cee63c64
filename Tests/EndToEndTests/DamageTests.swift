import Foundation
import Lab
import Peer
import Testing

extension EndToEnd {
    /// Bytes that change on the way, on disk, and peers that die while they receive.
    @Suite("Damage", .lab("three.yaml"))
    struct DamageTests {
        @Test("a byte that is flipped in transit is refused, and the copy is identical", .timeLimit(.minutes(2)))
        func flippedInTransit() async throws {
            let lab = try TestLab.required()
            let (file, expected) = try await imported("transit", seed: 2, mebibytes: 24)
            defer { try? FileManager.default.removeItem(atPath: file.path) }
            let before = try await refusals(at: "h1")
            // Whoever opens the connection: what comes to the source and what comes to the receiver is harmed.
            let links = [
                try await HarmfulLink(lab, before: "h0", after: 2 << 20, connections: 3),
                try await HarmfulLink(lab, before: "h1", after: 2 << 20, connections: 3),
            ]
            let outcome: Result<RunningCommand.Outcome, any Error>
            do {
                outcome = .success(try await lab.must("h0", ["image", "push", "transit", "--to", "h1", "--json"]))
            } catch {
                outcome = .failure(error)
            }
            let flipped = links.reduce(0) { $0 + $1.flipped }
            let reports = links.map(\.report)
            for link in links { await link.end() }
            #expect(try #require(outcome.get().last?.transfer).hosts.map(\.host) == ["h1"])
            #expect(flipped > 0, "nothing was harmed: \(reports)")
            #expect(try await lab.exportedDigest("transit", at: "h1") == expected)
            try await lab.must("h1", ["image", "verify", "transit"])
            let after = try await refusals(at: "h1")
            print("flipped \(flipped) bytes, noticed \(after - before)")
            let log = try lab.log("h1").suffix(2000)
            #expect(after > before, "\(log)")
        }

        @Test("bytes that are flipped on disk are found, never served, and fetched again", .timeLimit(.minutes(3)))
        func flippedOnDisk() async throws {
            let lab = try TestLab.required()
            let (file, expected) = try await imported("disk", seed: 3, mebibytes: 16)
            defer { try? FileManager.default.removeItem(atPath: file.path) }
            try await lab.must("h0", ["image", "push", "disk", "--to", "h1"])
            try await lab.must("h1", ["image", "verify", "disk"])

            let harmed = try flipPacks(of: "h1")
            #expect(harmed > 0)
            // Whoever else holds the image would be asked too, and would have it whole.
            try lab.killPeer("h0")
            try await lab.wait(for: "h0 is known to be gone") {
                try await lab.must("h1", ["peers", "--json"]).json([PeerRow].self)
                    .contains { $0.name == "h0" && $0.state == "dead" }
            }
            // Before anybody looked: what is read for another peer is hashed first, and then not sent.
            let serve = try lab.start("h1", ["image", "push", "disk", "--to", "h2"])
            try await lab.wait(for: "the source notices") { try lab.log("h1").contains("cannot be served") }
            try await Task.sleep(for: .seconds(2))
            serve.signal(SIGINT)
            #expect(try await serve.finish().code == 130, "it cannot have been done")
            let copies = try await lab.skein("h2", ["image", "verify", "disk"])
            #expect(copies.code != 0, "h2 cannot have it whole")
            let export = try await lab.skein("h2", ["image", "export", "disk", lab.path("wrong.raw")])
            #expect(export.code != 0)
            #expect(!FileManager.default.fileExists(atPath: lab.path("wrong.raw")))

            let verify = try await lab.skein("h1", ["image", "verify", "disk"])
            #expect(verify.code == 1)
            #expect(verify.error.contains("error: verifying image disk:"))
            #expect(verify.error.contains("damaged") || verify.error.contains("missing"))
            #expect(verify.error.contains("next: "))
            // What is quarantined is not offered either.
            let offer = try await lab.skein("h1", ["image", "push", "disk", "--to", "h2"])
            #expect(offer.code == 1)
            #expect(offer.error.contains("does not hold all of its chunks"))

            try await lab.startPeer("h0")
            let repair = try await lab.must("h0", ["image", "push", "disk", "--json"])
            for host in try #require(repair.last?.transfer).hosts { #expect(host.reason == nil) }
            for host in ["h1", "h2"] {
                try await lab.must(host, ["image", "verify", "disk"])
                #expect(try await lab.exportedDigest("disk", at: host) == expected)
            }
        }

        @Test("a peer that is killed while it receives goes on where it was", .timeLimit(.minutes(2)))
        func killedWhileReceiving() async throws {
            let lab = try TestLab.required()
            let (file, expected) = try await imported("resume", seed: 4, mebibytes: 64)
            defer { try? FileManager.default.removeItem(atPath: file.path) }
            let image = try await lab.image("resume", at: "h0")
            let push = try lab.start("h0", ["image", "push", "resume", "--to", "h2", "--json"])
            // Reported is what is durable.
            let durable: Int64 = 24 << 20
            try await push.wait(for: "24 MiB at h2") {
                $0.host == "h2" && $0.phase == .transfer && $0.done ?? 0 >= durable
            }
            try lab.killPeer("h2")
            try await Task.sleep(for: .seconds(1))
            try await lab.run.startPeer(host: "h2", lab: lab.name)

            let outcome = try await push.finish()
            #expect(outcome.code == 0, "\(outcome.error)")
            #expect(try #require(outcome.last?.transfer).hosts.first?.reason == nil)
            #expect(try await lab.exportedDigest("resume", at: "h2") == expected)
            let received = try await lab.status(of: "h2").bytesReceived
            print("\(received) of \(image.storedBytes) bytes came after the restart")
            #expect(received > 0)
            #expect(received <= image.storedBytes - durable, "what was durable came again")
        }

        /// A random file, imported at h0, and its digest.
        private func imported(_ name: String, seed: UInt64, mebibytes: Int) async throws -> (RawFile, String) {
            let lab = try TestLab.required()
            try await lab.waitForMembers()
            let file = try RawFile(lab.path("\(name).raw"), seed: seed, [.random(mebibytes * RawFile.mebibyte)])
            try await lab.must("h0", ["image", "import", file.path, "--name", name])
            return (file, try await lab.digest(file.path))
        }

        /// How often a peer has noticed that bytes were not what was sent.
        private func refusals(at host: String) async throws -> Int {
            try TestLab.required().log(host).split(separator: "\n").count {
                $0.contains("harmed on the way") || $0.contains("not authentic")
            }
        }

        /// Flips bytes in the middle of a host's packs; how many.
        private func flipPacks(of host: String) throws -> Int {
            let packs = "\(try TestLab.required().data(host))/store/packs"
            var flipped = 0
            for name in TestFiles.entries(packs) {
                guard let file = FileHandle(forUpdatingAtPath: "\(packs)/\(name)") else { continue }
                defer { try? file.close() }
                let size = try file.seekToEnd()
                // Far from the ends, in several chunks.
                for place in stride(from: UInt64(3 << 20), to: size, by: 4 << 20) where size - place > 1 << 20 {
                    try file.seek(toOffset: place)
                    guard let byte = try file.read(upToCount: 1)?.first else { continue }
                    try file.seek(toOffset: place)
                    try file.write(contentsOf: [byte ^ 0x01])
                    flipped += 1
                }
            }
            return flipped
        }
    }
}
