import Foundation
import Lab
import Peer
import Testing

extension EndToEnd.ClusterTests {
    /// Writes a cluster file; its path.
    func write(_ file: ClusterFile) throws -> String {
        let path = try TestLab.required().path("\(file.name).yaml")
        try Data(file.text.utf8).write(to: URL(fileURLWithPath: path))
        return path
    }

    /// `skein up` at h0, under way.
    func start(_ file: ClusterFile) throws -> RunningCommand {
        try TestLab.required().start("h0", ["up", "-f", try write(file), "--json"])
    }

    /// `skein up` at h0, to its good end.
    func ready(_ file: ClusterFile) async throws -> UpReport {
        let outcome = try await start(file).finish(within: .seconds(200))
        #expect(outcome.code == 0, "\(outcome.error)")
        return try #require(outcome.last?.up)
    }

    /// Each console says the node's own name, the version that the archive had, and the token of the file.
    func expectConsoles(_ file: ClusterFile) async throws {
        let lab = try TestLab.required()
        let version = try installedVersion(of: "hello")
        for number in 0..<file.count {
            let node = "compute-\(number)"
            let console = try await lab.must("h0", ["logs", "\(file.name)/\(node)"]).output
            let line = "e2e: node \(node), package hello \(version), token \(file.token)"
            #expect(console.contains(line), "\(line) is not in the console: \(console.suffix(1500))")
        }
    }

    /// The version of a package that the build at h0 fetched, by the name of its file.
    private func installedVersion(of package: String) throws -> String {
        let cache = "\(try TestLab.required().data("h0"))/build/apt"
        for base in TestFiles.entries(cache) {
            for file in TestFiles.entries("\(cache)/\(base)/archives") where file.hasPrefix("\(package)_") {
                return String(file.split(separator: "_")[1]).replacing("%3a", with: ":")
            }
        }
        throw TestFailure("no package \(package) was fetched")
    }

    /// No guest, node, directory, seed, mount, loop device or build of a cluster is left on any host.
    ///
    /// The peer may still be cleaning up when the command has ended; it gets some seconds.
    func expectNothing(of cluster: String, within patience: Duration = .seconds(20)) async throws {
        let lab = try TestLab.required()
        let hosts = lab.status.hosts.map(\.name)
        func left() -> [String] {
            Leftovers.guests(of: lab).map { "guest \($0.process)" }
                + hosts.flatMap { Leftovers.nodeFiles(lab, $0) + Leftovers.ofBuilds(lab, $0) }
        }
        let deadline = ContinuousClock.now + patience
        var remaining = left()
        while !remaining.isEmpty, ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(200))
            remaining = left()
        }
        #expect(remaining.isEmpty, "after \(patience)")
        for host in hosts {
            let nodes = try await lab.nodes(at: host)
            #expect(nodes.nodes.isEmpty, "asked at \(host) for \(cluster)")
        }
    }

    /// kill -9 of a peer: its guest runs on as the same process, and the next peer shows it READY.
    func expectReattached(_ host: String, _ cluster: String) async throws {
        let lab = try TestLab.required()
        let before = Leftovers.guests(below: lab.data(host))
        #expect(before.count == 1)
        try lab.killPeer(host)
        try await Task.sleep(for: .seconds(1))
        #expect(Leftovers.guests(below: lab.data(host)) == before, "a guest died with its peer")
        try await lab.startPeer(host)
        try await lab.wait(for: "the node of \(host) is READY again") {
            try await lab.nodes(at: "h0").nodes.contains { $0.host == host && $0.isReady }
        }
        #expect(Leftovers.guests(below: lab.data(host)) == before)
        let console = try await lab.must("h0", ["logs", "\(cluster)/compute-0"])
        #expect(console.output.contains("e2e: node compute-0"))
    }
}
