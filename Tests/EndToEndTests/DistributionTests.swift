import Foundation
import Lab
import Peer
import Testing

extension EndToEnd {
    /// Raw files from one host to seven others, and back out as files.
    @Suite("Eight hosts", .lab("eight.yaml"))
    struct DistributionTests {
        @Test("16 MiB of random bytes arrive identical at 8 hosts", .timeLimit(.minutes(2)))
        func random() async throws {
            try await distribute("random", seed: 16, [.random(16 * RawFile.mebibyte)])
        }

        @Test("100 MiB and a byte, of every kind, arrive identical at 8 hosts", .timeLimit(.minutes(2)))
        func mixed() async throws {
            let part = 5 * RawFile.mebibyte
            let pieces = (0..<5).flatMap { _ -> [RawFile.Piece] in
                [.random(part + 77), .zeros(part), .text(part - 77), .hole(part)]
            }
            try await distribute("mixed", seed: 100, pieces + [.random(1)])
        }

        @Test("1 GiB, mostly empty, arrives identical at 8 hosts", .timeLimit(.minutes(4)))
        func sparse() async throws {
            let pieces = (0..<4).flatMap { _ -> [RawFile.Piece] in
                [.hole(60 * RawFile.mebibyte), .random(75 * RawFile.mebibyte), .hole(121 * RawFile.mebibyte)]
            }
            let image = try await distribute("sparse", seed: 1024, pieces)
            #expect(image.diskBytes == 1 << 30)
            #expect(image.storedBytes < 310 << 20, "holes take no room")
        }

        @Test("an image takes no more of the links than it is allowed", .timeLimit(.minutes(2)))
        func limited() async throws {
            let lab = try TestLab.required()
            let file = try RawFile(lab.path("limited.raw"), seed: 5, [.random(16 * RawFile.mebibyte)])
            defer { try? FileManager.default.removeItem(atPath: file.path) }
            try await lab.must("h0", ["image", "import", file.path, "--name", "limited"])
            let image = try await lab.image("limited", at: "h0")
            let push = try await lab.must("h0", ["image", "push", "limited", "--limit", "40Mbit", "--json"])
            let hosts = try #require(push.last?.transfer).hosts
            let seconds = Double(image.storedBytes) / 5e6
            // What may come at once is a quarter of a second.
            for host in hosts {
                let took = try #require(host.seconds)
                #expect(took > seconds - 0.4 && took < 1.25 * seconds + 1, "\(host.host): \(took) s of \(seconds)")
            }
            #expect(hosts.count == 7 && hosts.allSatisfy { $0.bytes == image.storedBytes && $0.reason == nil })
            // The limit is one of that push: the next, of what a host has lost, takes what there is.
            try await lab.must("h7", ["image", "rm", "limited"])
            let again = try await lab.must("h0", ["image", "push", "limited", "--to", "h7", "--json"])
            let free = try #require(again.last?.transfer?.hosts.first?.seconds)
            #expect(free < seconds / 2, "without a limit: \(free) s")
            for host in lab.status.hosts { try await lab.must(host.name, ["image", "rm", "limited"]) }
        }

        @discardableResult
        private func distribute(_ name: String, seed: UInt64, _ pieces: [RawFile.Piece]) async throws -> (
            diskBytes: Int64, storedBytes: Int64
        ) {
            let lab = try TestLab.required()
            let file = try RawFile(lab.path("\(name).raw"), seed: seed, pieces)
            defer { try? FileManager.default.removeItem(atPath: file.path) }
            let expected = try await lab.digest(file.path)
            try await lab.must("h0", ["image", "import", file.path, "--name", name])
            let image = try await lab.image(name, at: "h0")

            let start = ContinuousClock.now
            let push = try await lab.must("h0", ["image", "push", name, "--json"], within: .seconds(150))
            print("\(name): \(image.storedBytes) bytes to 7 hosts in \(ContinuousClock.now - start)")
            let hosts = try #require(push.last?.transfer).hosts
            #expect(hosts.map(\.host) == (1..<8).map { "h\($0)" })
            for host in hosts {
                #expect(host.reason == nil)
                #expect(host.bytes == image.storedBytes, "\(host.host) gets each chunk once")
                #expect(host.chunks == Int64(image.chunks))
            }
            // Hashing is most of the time: one host for each of two cores.
            for first in stride(from: 0, to: 8, by: 2) {
                async let even = lab.exportedDigest(name, at: "h\(first)")
                async let odd = lab.exportedDigest(name, at: "h\(first + 1)")
                let found = try await [even, odd]
                #expect(found == [expected, expected], "the copies at h\(first) and h\(first + 1)")
            }
            // What was pushed is there: once more, and nothing moves.
            let again = try await lab.must("h0", ["image", "push", name, "--json"])
            #expect(try #require(again.last?.transfer).hosts.allSatisfy { $0.bytes == 0 && $0.reason == nil })
            for host in lab.status.hosts { try await lab.must(host.name, ["image", "rm", name]) }
            return (image.diskBytes, image.storedBytes)
        }
    }
}
