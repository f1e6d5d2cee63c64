import Foundation
import Lab

/// A harmful network in front of one host: what comes in for its peer passes a program that flips bytes.
struct HarmfulLink: Sendable {
    private let lab: TestLab
    private let host: String
    private let proxy: RunningCommand

    private static let port = 17_411
    private static let peerPort = 7411

    /// Redirects new connections from other hosts; those that are open stay as they are.
    ///
    /// - Parameters:
    ///   - after: bytes of one direction of a connection that pass before one is flipped.
    ///   - connections: how many connections are harmed.
    init(_ lab: TestLab, before host: String, after: Int, connections: Int) async throws {
        self.lab = lab
        self.host = host
        let address = try lab.host(host).address
        proxy = try lab.startInside(
            host,
            [
                "python3", TestFiles.path("flip.py"), "\(HarmfulLink.port)", address, "\(HarmfulLink.peerPort)",
                "\(after)",
                "\(connections)",
            ])
        let rules = """
            table ip harm {
              chain in {
                type nat hook prerouting priority dstnat;
                iifname "eth0" tcp dport \(HarmfulLink.peerPort) redirect to :\(HarmfulLink.port)
              }
            }

            """
        let file = lab.path("harm-\(host).nft")
        do {
            let deadline = ContinuousClock.now + .seconds(10)
            while !proxy.output.contains("listening") {
                guard ContinuousClock.now < deadline else {
                    throw TestFailure("the proxy does not start: \(proxy.error)")
                }
                try await Task.sleep(for: .milliseconds(20))
            }
            try Data(rules.utf8).write(to: URL(fileURLWithPath: file))
            let outcome = try await lab.inside(host, ["nft", "-f", file])
            guard outcome.code == 0 else { throw TestFailure("nft: \(outcome.error)") }
        } catch {
            proxy.signal(SIGKILL)
            throw error
        }
    }

    /// How many bytes were flipped so far.
    var flipped: Int { proxy.output.split(separator: "\n").count { $0.hasPrefix("flipped") } }

    /// What the program said, for messages.
    var report: String { proxy.output + proxy.error }

    func end() async {
        _ = try? await lab.inside(host, ["nft", "delete", "table", "ip", "harm"])
        proxy.signal(SIGKILL)
        _ = try? await proxy.finish(within: .seconds(5))
    }
}
