import Foundation
import Lab

/// A peer beside those of the lab, of a site of its own, in a host's network; the test says what is wrong with it.
struct ExtraPeer: Sendable {
    let process: RunningCommand
    private let lab: TestLab
    let socket: String

    init(_ lab: TestLab, on host: String, state: String, port: Int, seeds: [String] = []) async throws {
        self.lab = lab
        socket = lab.path("extra-\(port).sock")
        let file = lab.path("extra-\(port).yaml")
        let text = """
            name: extra
            state: \(state)
            socket: \(socket)
            site: \(state)/site.skein
            identity: \(state)/identity.key
            listen: \(try lab.host(host).address):\(port)
            seeds: [\(seeds.map { "\"\($0)\"" }.joined(separator: ", "))]

            """
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        process = try lab.startInside(host, [lab.skein, "peer", "run", "--config", file])
        do {
            try await waitUntilItAnswers()
        } catch {
            await end()
            throw error
        }
    }

    private func waitUntilItAnswers() async throws {
        try await lab.wait(for: "the extra peer answers; its log: \(process.error.suffix(2000))") {
            try await skein(["status", "--json"]).code == 0
        }
    }

    func skein(_ arguments: [String]) async throws -> RunningCommand.Outcome {
        try await RunningCommand(
            lab.skein, arguments, environment: ["SKEIN_SOCKET": socket], in: lab.directory
        ).finish()
    }

    func end() async {
        process.signal(SIGTERM)
        _ = try? await process.finish(within: .seconds(10))
    }
}
