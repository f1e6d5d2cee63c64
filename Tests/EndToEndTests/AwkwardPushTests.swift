import Foundation
import Lab
import Peer
import Testing

extension EndToEnd {
    /// Pushes that are no ordinary ones: of the smallest and the largest images, many at once, to a full disk.
    @Suite("Three hosts, awkward pushes", .lab("three.yaml", tellsRates: true))
    struct AwkwardPushTests {
        @Test("images of a byte and of none arrive as they are", .timeLimit(.minutes(2)), arguments: [0, 1])
        func tiny(bytes: Int) async throws {
            let lab = try TestLab.required()
            let path = lab.path("tiny-\(bytes).raw")
            try Data(repeating: 7, count: bytes).write(to: URL(fileURLWithPath: path))
            defer { try? FileManager.default.removeItem(atPath: path) }
            try await lab.must("h0", ["image", "import", path, "--name", "tiny"])
            let push = try await lab.must("h0", ["image", "push", "tiny", "--json"])
            #expect(try #require(push.last?.transfer).hosts.allSatisfy { $0.reason == nil })
            for host in ["h1", "h2"] {
                #expect(try await lab.exportedDigest("tiny", at: host) == (try await lab.digest(path)))
            }
            try await removing("tiny")
        }

        @Test("a disk of 1 TiB with some bytes at its ends arrives as such", .timeLimit(.minutes(3)))
        func vast() async throws {
            let lab = try TestLab.required()
            let size: UInt64 = 1 << 40
            let path = lab.path("vast.raw")
            #expect(FileManager.default.createFile(atPath: path, contents: nil))
            defer { try? FileManager.default.removeItem(atPath: path) }
            let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
            try file.write(contentsOf: Data("first".utf8))
            try file.seek(toOffset: size - 4)
            try file.write(contentsOf: Data("last".utf8))
            try file.close()
            try await lab.must("h0", ["image", "import", path, "--name", "vast"])
            let image = try await lab.image("vast", at: "h0")
            #expect(image.diskBytes == Int64(size) && image.storedBytes < 1 << 20)
            let push = try await lab.must("h0", ["image", "push", "vast", "--json"])
            #expect(try #require(push.last?.transfer).hosts.allSatisfy { $0.reason == nil && $0.bytes < 1 << 20 })
            let copy = lab.path("vast-copy.raw")
            defer { try? FileManager.default.removeItem(atPath: copy) }
            try await lab.must("h2", ["image", "export", "vast", copy])
            let arrived = try FileHandle(forReadingFrom: URL(fileURLWithPath: copy))
            #expect(try arrived.read(upToCount: 6) == Data("first\0".utf8))
            #expect(try arrived.seekToEnd() == size)
            try arrived.seek(toOffset: size - 5)
            #expect(try arrived.readToEnd() == Data("\0last".utf8))
            try await removing("vast")
        }

        @Test("ten pushes of one image at the same time share its bytes", .timeLimit(.minutes(2)))
        func tenAtOnce() async throws {
            let lab = try TestLab.required()
            let bytes = try await importing("often", mebibytes: 24)
            let pushes = try (0..<10).map { _ in try lab.start("h0", ["image", "push", "often", "--json"]) }
            var moved: [String: Int64] = [:]
            for push in pushes {
                let outcome = try await push.finish(within: .seconds(60))
                let hosts = try #require(outcome.last?.transfer, "\(outcome.output)\(outcome.error)").hosts
                #expect(hosts.count == 2 && hosts.allSatisfy { $0.reason == nil })
                for host in hosts { moved[host.host] = max(moved[host.host] ?? 0, host.bytes) }
            }
            #expect(moved == ["h1": bytes, "h2": bytes])
            let counted = try await lab.must("h1", ["transfers", "--json"]).json([TransferRow].self)
            let total = counted.filter { $0.state == "done" }.reduce(0) { $0 + $1.sources.values.reduce(0, +) }
            #expect(total >= bytes && total < bytes + bytes / 10, "\(total) bytes came for one image of \(bytes)")
            try await removing("often")
        }

        @Test("a host whose disk is full says so, and the others have the image", .timeLimit(.minutes(2)))
        func fullDisk() async throws {
            let lab = try TestLab.required()
            let store = "\(lab.data("h1"))/store"
            try lab.killPeer("h1")
            _ = try await lab.tool("mount", ["-t", "tmpfs", "-o", "size=56m,mode=0711", "e2e-full", store])
            let result: Result<Void, any Error>
            do {
                try await lab.startPeer("h1")
                _ = try await importing("wide", mebibytes: 48)
                let push = try await lab.skein("h0", ["image", "push", "wide", "--json"])
                #expect(push.code == 3, "some have it: \(push.output)\(push.error)")
                let hosts = try #require(push.last?.transfer).hosts
                let full = try #require(hosts.first { $0.host == "h1" })
                #expect(full.reason?.contains("No space left") == true || full.reason?.contains("free") == true)
                let other = try #require(hosts.first { $0.host == "h2" }?.seconds)
                #expect(other < 4.2 * 1.3 + 1, "the full host held another up: \(other) s")
                // It is of use as before, for what fits: what came is kept until somebody says otherwise.
                try await lab.must("h1", ["image", "rm", "wide"])
                let file = try RawFile(lab.path("narrow.raw"), seed: 3, [.random(RawFile.mebibyte)])
                defer { try? FileManager.default.removeItem(atPath: file.path) }
                try await lab.must("h0", ["image", "import", file.path, "--name", "narrow"])
                try await lab.must("h0", ["image", "push", "narrow", "--json"])
                #expect(try await lab.exportedDigest("narrow", at: "h1") == (try await lab.digest(file.path)))
                result = .success(())
            } catch {
                result = .failure(error)
            }
            try? lab.killPeer("h1")
            _ = try await lab.tool("umount", ["--lazy", store])
            try await lab.startPeer("h1")
            try result.get()
            for name in ["wide", "narrow"] {
                for host in ["h0", "h2"] { try await lab.must(host, ["image", "rm", name]) }
            }
        }

        @Test("an image that is being served is not removed", .timeLimit(.minutes(2)))
        func removedMeanwhile() async throws {
            let lab = try TestLab.required()
            _ = try await importing("wanted", mebibytes: 48)
            let push = try lab.start("h0", ["image", "push", "wanted", "--json"])
            try await lab.wait(for: "bytes have moved") {
                push.events.contains { $0.phase == .transfer && ($0.done ?? 0) > 0 }
            }
            for host in ["h0", "h1"] {
                let refused = try await lab.skein(host, ["image", "rm", "wanted"])
                #expect(refused.code != 0 && refused.error.contains("being transferred"), "\(host): \(refused.error)")
            }
            let hosts = try #require(try await push.finish(within: .seconds(60)).last?.transfer).hosts
            #expect(hosts.allSatisfy { $0.reason == nil })
            try await removing("wanted")
        }

        private func importing(_ name: String, mebibytes: Int) async throws -> Int64 {
            let lab = try TestLab.required()
            let file = try RawFile(
                lab.path("\(name).raw"), seed: UInt64(mebibytes), [.random(mebibytes * RawFile.mebibyte)])
            defer { try? FileManager.default.removeItem(atPath: file.path) }
            try await lab.must("h0", ["image", "import", file.path, "--name", name])
            return try await lab.image(name, at: "h0").storedBytes
        }

        private func removing(_ name: String) async throws {
            let lab = try TestLab.required()
            for host in lab.status.hosts { try await lab.must(host.name, ["image", "rm", name]) }
        }
    }
}
