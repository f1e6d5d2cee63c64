package import Basics
import FoundationEssentials
import Glibc

/// An emulated network in the kernel: makes what a ``NetworkPlan`` says, and takes it away again.
package struct Emulation: Sendable {
    let plan: NetworkPlan
    let name: String

    package init(plan: NetworkPlan, name: String) {
        self.plan = plan
        self.name = name
    }

    /// Bridged frames go past the firewall of IP, which has no rules here and costs processor time. Where the
    /// kernel has no such firewall there is nothing to turn off.
    private static let plainBridges =
        "for file in /proc/sys/net/bridge/bridge-nf-call-*; do [ ! -e $file ] || echo 0 > $file; done"

    /// TCP makes packets as large as the link takes them also where the rate is low; kernels before 5.18 cannot.
    private static let wholePackets = "f=/proc/sys/net/ipv4/tcp_tso_rtt_log; [ ! -e $f ] || echo 16 > $f"

    /// How many hosts are set up at the same time.
    private static let parallelHosts = 4

    /// Makes the namespaces and links. On failure what was made stays, for ``lower(namespaces:)``.
    package func raise(progress: @Sendable (Int) -> Void = { _ in }) async throws(SkeinError) {
        let doing = "raising the network of lab \(name)"
        try await NetworkTool.ip.batch(plan.creation, doing: doing)
        try await Tool.require("ip", ["netns", "attach", plan.outsideNamespace, "\(getpid())"], doing: doing)
        try await Tool.require(
            "ip", ["netns", "exec", plan.coreNamespace, "sh", "-c", Self.plainBridges], doing: doing)
        try await NetworkTool.ip.batch(plan.coreIP, in: plan.coreNamespace, doing: doing)
        try await NetworkTool.tc.batch(plan.coreTC, in: plan.coreNamespace, doing: doing)
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                var next = 0
                var finished = 0
                while finished < plan.hosts.count {
                    if next < plan.hosts.count, next - finished < Self.parallelHosts {
                        let number = next
                        group.addTask { try await raiseHost(number, doing: doing) }
                        next += 1
                    } else {
                        try await group.next()
                        finished += 1
                        progress(finished)
                    }
                }
            }
        } catch let error as SkeinError {
            throw error
        } catch {
            throw SkeinError(.internal, doing: doing, cause: "\(error)")
        }
    }

    private func raiseHost(_ number: Int, doing: String) async throws(SkeinError) {
        if Task.isCancelled { throw SkeinError(.cancelled, doing: doing, cause: "interrupted") }
        let namespace = plan.hosts[number].namespace
        try await NetworkTool.ip.batch(plan.hostIP(number), in: namespace, doing: doing)
        try await NetworkTool.tc.batch(plan.hostTC(number), in: namespace, doing: doing)
        try await Tool.require("ip", ["netns", "exec", namespace, "sh", "-c", Self.wholePackets], doing: doing)
    }

    /// Deletes those of the namespaces that exist; the links in them go with them. Returns what could not be done.
    package static func lower(namespaces: [String]) async -> [String] {
        let existing = namespaces.filter { access(NetworkPlan.path(ofNamespace: $0), F_OK) == 0 }
        guard !existing.isEmpty else { return [] }
        do throws(SkeinError) {
            let answer = try await Tool.run(
                "ip", ["-force", "-batch", "-"], input: existing.map { "netns del \($0)\n" }.joined(),
                doing: "deleting namespaces")
            let left = existing.filter { access(NetworkPlan.path(ofNamespace: $0), F_OK) == 0 }
            return left.isEmpty ? [] : ["namespaces \(left.joined(separator: " ")): \(Tool.lastLines(answer.errors))"]
        } catch {
            return [error.description]
        }
    }

    /// What every link has carried since the network was raised.
    package func counters() async throws(SkeinError) -> [LinkCounter] {
        struct Interface: Decodable {
            struct Statistics: Decodable {
                struct Direction: Decodable { let bytes: UInt64 }
                let rx: Direction
                let tx: Direction
            }
            let ifname: String
            let stats64: Statistics
        }
        let doing = "reading the link counters of lab \(name)"
        let text = try await Tool.require("ip", ["-n", plan.coreNamespace, "-j", "-s", "link", "show"], doing: doing)
        guard let interfaces = try? JSONDecoder().decode([Interface].self, from: Data(text.utf8)) else {
            throw SkeinError(.tool, doing: doing, cause: "the answer of ip is not understood")
        }
        let byName = Dictionary(interfaces.map { ($0.ifname, $0.stats64) }, uniquingKeysWith: { first, _ in first })
        return plan.links.compactMap { link in
            guard let bytes = byName[link.interface] else { return nil }
            return LinkCounter(
                link: link.name, upBytes: link.receivesUp ? bytes.rx.bytes : bytes.tx.bytes,
                downBytes: link.receivesUp ? bytes.tx.bytes : bytes.rx.bytes)
        }
    }
}
