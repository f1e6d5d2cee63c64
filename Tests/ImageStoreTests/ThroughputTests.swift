import Basics
import Foundation
import Glibc
import ImageStore
import Testing

/// The figure of the design: a store on disk takes at least 300 MB/s of incompressible chunks, fsync included.
@Suite(.serialized)
struct ThroughputTests {
    /// Other tests, and other programs, share the processors: the best of some rounds counts.
    static let rounds = 12

    @Test func `incompressible chunks are stored at 300 MB a second or more, fsync included`() throws {
        let chunks = Samples.chunks(512, seed: 1).compactMap { VerifiedChunk(verifying: $0) }
        let bytes = Double(chunks.reduce(0) { $0 + $1.bytes.count })
        var best = 0.0
        for _ in 0..<Self.rounds where best < 300 {
            let workspace = try Workspace()
            let store = try workspace.open()
            defer { store.close() }
            let time = try ContinuousClock().measure {
                for start in stride(from: 0, to: chunks.count, by: 32) {
                    try store.commit(Array(chunks[start..<start + 32]))
                }
            }
            let rate = bytes / time.inSeconds / 1e6
            print("commit of \(Int(bytes / 1e6)) MB in batches of 8 MiB: \(Int(rate)) MB/s")
            best = max(best, rate)
            #expect(try store.missing(of: chunks.map(\.id)).isEmpty)
        }
        #expect(best >= 300)
    }

    /// Reports figures and asserts none: `SKEIN_PUBLISH_MIB=512` for larger files, `SKEIN_PUBLISH_FILE` for one's own,
    /// `SKEIN_PUBLISH_LEVEL` for another zstd level.
    @Test(arguments: ["random", "compressible"])
    func `publishing and assembly are measured`(kind: String) throws {
        let environment = ProcessInfo.processInfo.environment
        let mebibytes = environment["SKEIN_PUBLISH_MIB"].flatMap(Int.init) ?? 32
        let workspace = try Workspace()
        let store = try workspace.open()
        defer { store.close() }
        var file = environment["SKEIN_PUBLISH_FILE"] ?? ""
        if file.isEmpty {
            let make = kind == "random" ? Samples.random : Samples.compressible
            file = try workspace.file("disk.raw", make(mebibytes << 20, 1))
        }
        var image: ImageSummary?
        var request = workspace.request(kind, parts: [("disk", file)])
        if let level = environment["SKEIN_PUBLISH_LEVEL"].flatMap(Int32.init) {
            request.compression = .zstd(level: level)
        }
        let publishing = try measure { image = try store.publish(request) }
        let summary = try #require(image)
        let megabytes = Double(summary.plainBytes.bytes) / 1e6
        let share = Double(summary.storedBytes.bytes) / Double(summary.plainBytes.bytes)
        print("publish \(kind), \(Int(megabytes)) MB, stored \(share): \(publishing.report(megabytes))")
        let key = try workspace.key(store, summary.id)
        let assembling = try measure { _ = try store.assemble(summary.id, key: key) }
        print("assemble \(kind), \(Int(megabytes)) MB: \(assembling.report(megabytes))")
    }

    struct Cost {
        let seconds: Double
        let cpuSeconds: Double

        func report(_ megabytes: Double) -> String {
            "\(Int(megabytes / seconds)) MB/s, \(Int(megabytes / cpuSeconds)) MB per CPU second"
        }
    }

    private func measure(_ body: () throws -> Void) rethrows -> Cost {
        let before = cpuSeconds()
        let time = try ContinuousClock().measure(body)
        return Cost(seconds: time.inSeconds, cpuSeconds: cpuSeconds() - before)
    }

    private func cpuSeconds() -> Double {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        let (user, system) = (usage.ru_utime, usage.ru_stime)
        return Double(user.tv_sec + system.tv_sec) + Double(user.tv_usec + system.tv_usec) / 1e6
    }
}
