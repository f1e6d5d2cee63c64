import Foundation
import Lab
import Peer
import Testing

/// A lab that is up for the tests of one suite, and what they do with it.
struct TestLab: Sendable {
    let name: String
    let run: LabRun
    let status: LabStatus
    /// Files of the tests; removed with the lab.
    let directory: String
    let skein: String

    /// The lab of the suite that runs.
    @TaskLocal static var current: TestLab?

    static func required() throws -> TestLab {
        guard let lab = current else { throw TestFailure("the suite has no lab") }
        return lab
    }

    func host(_ name: String) throws -> LabStatus.Host {
        guard let host = status.hosts.first(where: { $0.name == name }) else { throw TestFailure("no host \(name)") }
        return host
    }

    func path(_ name: String) -> String { "\(directory)/\(name)" }
    /// The state directory of a host's peer.
    func data(_ host: String) -> String { "\(run.paths.dataRoot)/\(name)/\(host)" }
    /// The configuration file of a host's peer.
    func configuration(_ host: String) throws -> String { "\(run.paths.state(of: name))/\(host).yaml" }
    func log(_ host: String) throws -> String { TestFiles.text(try self.host(host).log) }

    // MARK: Commands

    /// `skein …` as somebody on that host says it.
    func start(_ host: String, _ arguments: [String]) throws -> RunningCommand {
        try RunningCommand(skein, arguments, environment: ["SKEIN_SOCKET": try self.host(host).socket], in: directory)
    }

    func skein(
        _ host: String, _ arguments: [String], within patience: Duration = .seconds(60)
    ) async throws -> RunningCommand.Outcome {
        try await start(host, arguments).finish(within: patience)
    }

    /// The same, and it must succeed.
    @discardableResult
    func must(
        _ host: String, _ arguments: [String], within patience: Duration = .seconds(60)
    ) async throws -> RunningCommand.Outcome {
        let outcome = try await skein(host, arguments, within: patience)
        guard outcome.code == 0 else {
            throw TestFailure(
                "skein \(arguments.joined(separator: " ")) on \(host) ended with \(outcome.code): "
                    + "\(outcome.output.suffix(2000))\(outcome.error.suffix(2000))")
        }
        return outcome
    }

    /// A command in the host's network, through `skein lab exec`.
    func startInside(_ host: String, _ command: [String]) throws -> RunningCommand {
        try RunningCommand(skein, ["lab", "exec", "--lab", name, host, "--"] + command, in: directory)
    }

    func inside(_ host: String, _ command: [String]) async throws -> RunningCommand.Outcome {
        try await startInside(host, command).finish()
    }

    func tool(_ program: String, _ arguments: [String]) async throws -> RunningCommand.Outcome {
        let outcome = try await RunningCommand("/usr/bin/env", [program] + arguments, in: directory).finish()
        guard outcome.code == 0 else { throw TestFailure("\(program) \(arguments): \(outcome.error)") }
        return outcome
    }

    // MARK: Peers

    func status(of host: String) async throws -> PeerStatus { try await must(host, ["status", "--json"]).json() }
    func nodes(at host: String) async throws -> NodeList { try await must(host, ["ps", "--json"]).json() }

    func image(_ name: String, at host: String) async throws -> ImageRow {
        let rows = try await must(host, ["image", "ls", "--json"]).json([ImageRow].self)
        guard let row = rows.last(where: { $0.name == name }) else { throw TestFailure("\(host) has no image \(name)") }
        return row
    }

    /// kill -9 of a host's peer; returns when it is gone.
    func killPeer(_ host: String) throws {
        let status = try run.list().first { $0.name == name }?.hosts.first { $0.name == host }
        guard let process = status?.process, status?.isRunning == true else { throw TestFailure("\(host) has no peer") }
        kill(process, SIGKILL)
        // The peers are children of this process.
        while waitpid(process, nil, 0) < 0, errno == EINTR {}
    }

    /// Starts it again and returns when all peers see all others.
    func startPeer(_ host: String) async throws {
        try await run.startPeer(host: host, lab: name)
        try await waitForMembers()
    }

    /// Waits until something is so.
    func wait(
        for what: @autoclosure () -> String, within patience: Duration = .seconds(30), _ isSo: () async throws -> Bool
    ) async throws {
        let deadline = ContinuousClock.now + patience
        while try await !isSo() {
            guard ContinuousClock.now < deadline else { throw TestFailure("not within \(patience): \(what())") }
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    func waitForMembers(within patience: Duration = .seconds(30)) async throws {
        let deadline = ContinuousClock.now + patience
        for host in status.hosts {
            while true {
                let rows = try await must(host.name, ["peers", "--json"]).json([PeerRow].self)
                if rows.count(where: { $0.state == "alive" }) == status.hosts.count { break }
                guard ContinuousClock.now < deadline else {
                    throw TestFailure("\(host.name) sees \(rows.map { "\($0.name) \($0.state)" })")
                }
                try await Task.sleep(for: .milliseconds(100))
            }
        }
    }
}
