import Peer

/// Nodes as `skein ps` and the end of `skein up` show them.
enum NodeTable {
    static func print(_ nodes: [NodeRow]) {
        var table = TextTable([
            .init(title: "CLUSTER"), .init(title: "NODE"), .init(title: "ROLE"), .init(title: "HOST"),
            .init(title: "STATE"), .init(title: "ADDRESS"), .init(title: "VCPUS", isNumeric: true),
            .init(title: "MEMORY", isNumeric: true), .init(title: "UP", isNumeric: true), .init(title: "ACCEL"),
            .init(title: "IMAGE"),
        ])
        for node in nodes {
            table.add([
                node.cluster, node.node, node.role, node.host, node.isReady ? "READY" : node.phase, node.address,
                "\(node.vcpus)", Figures.mebibytes(node.memoryMiB), node.uptime.map(Figures.seconds) ?? "",
                node.accelerator ?? "", String((node.image ?? "").prefix(12)),
            ])
        }
        table.print()
        for node in nodes {
            guard let reason = node.reason else { continue }
            Output.line("  \(Printable.text(node.cluster))/\(Printable.text(node.node)): \(Printable.lines(reason))")
        }
    }
}
