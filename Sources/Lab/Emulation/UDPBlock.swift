import Basics

/// Drops all UDP in the hosts of a lab, as a firewall does that lets nothing but TCP through.
struct UDPBlock: Sendable {
    let namespaces: [String]

    private static let table = "inet skein_udp"
    /// How many hosts are changed at the same time.
    private static let parallelHosts = 4

    /// What comes and what goes: a firewall on the host refuses to send, one on the way drops.
    private static let rules = """
        table \(table) {
          chain in { type filter hook input priority 0; policy accept; meta l4proto udp drop; }
          chain out { type filter hook output priority 0; policy accept; meta l4proto udp drop; }
        }

        """

    func raise() async throws(SkeinError) { try await nft(Self.rules) }
    func lift() async throws(SkeinError) { try await nft("delete table \(Self.table)\n") }

    private func nft(_ rules: String) async throws(SkeinError) {
        let doing = "changing what UDP does in a lab"
        guard let nft = Tool.find("nft") else {
            throw SkeinError(
                .resources, doing: doing, cause: "the program nft is not installed",
                next: "install the package nftables")
        }
        let namespaces = namespaces
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (number, namespace) in namespaces.enumerated() {
                    if number >= Self.parallelHosts { try await group.next() }
                    group.addTask {
                        let answer = try await Tool.run(
                            "ip", ["netns", "exec", namespace, nft, "-f", "-"], input: rules, doing: doing)
                        guard answer.status == 0 else {
                            throw SkeinError(
                                .tool, doing: doing, cause: "nft: \(Tool.lastLines(answer.errors, count: 3))")
                        }
                    }
                }
                try await group.waitForAll()
            }
        } catch let error as SkeinError {
            throw error
        } catch {
            throw SkeinError(.internal, doing: doing, cause: "\(error)")
        }
    }
}
