import Basics

/// Feeds batches to `ip` and `tc`, and says what the kernel or the caller lacks when one of them fails.
enum NetworkTool: String {
    case ip
    case tc

    /// Runs lines as one batch, within a namespace or in the caller's.
    func batch(_ lines: [String], in namespace: String? = nil, doing: String) async throws(SkeinError) {
        guard !lines.isEmpty else { return }
        let arguments = (namespace.map { ["-n", $0] } ?? []) + ["-batch", "-"]
        let answer = try await Tool.run(
            rawValue, arguments, input: lines.joined(separator: "\n") + "\n", doing: doing)
        guard answer.status == 0 else { throw failure(answer.errors, lines: lines, doing: doing) }
    }

    private func failure(_ errors: String, lines: [String], doing: String) -> SkeinError {
        // "Command failed -:17": the line of the batch.
        let number = errors.split(separator: "\n").last { $0.hasPrefix("Command failed") }
            .flatMap { $0.split(separator: ":").last }.flatMap { Int($0) }
        let line = number.flatMap { lines.indices.contains($0 - 1) ? lines[$0 - 1] : nil }
        let said = Tool.lastLines(errors, count: 3).split(separator: "\n").joined(separator: "; ")
        if errors.contains("Operation not permitted") || errors.contains("Permission denied") {
            return SkeinError(
                .permission, doing: doing, cause: "this process may not make network namespaces (\(said))",
                next: "run as root on a machine or in a container that may")
        }
        if errors.contains("qdisc kind is unknown") || errors.contains("Unknown qdisc") {
            return SkeinError(
                .resources, doing: doing, cause: "the kernel cannot shape links: it has no tbf (\(said))",
                next: "modprobe sch_tbf, or use a kernel with CONFIG_NET_SCH_TBF")
        }
        if errors.contains("Unknown device type") || errors.contains("Operation not supported") {
            let kind = line?.contains("type bridge") == true ? "bridge" : "veth"
            return SkeinError(
                .resources, doing: doing, cause: "the kernel has no \(kind) devices (\(said))",
                next: "modprobe \(kind), or use a kernel that has it")
        }
        return SkeinError(.tool, doing: doing, cause: "\(rawValue) \(line ?? "") failed: \(said)")
    }
}
