import Basics

/// A chain of socat: every host takes the file from the one before it, stores it and passes it on.
enum ChainTool {
    static let port: UInt16 = 7600
    /// Bytes that one call moves. socat's own 8 KiB cost several times the processor time.
    static let blockBytes = 256 << 10

    static func plan(_ scene: ToolScene) -> ToolPlan {
        let socat = ["socat", "-u", "-b", "\(blockBytes)"]
        let order = scene.targets
        func address(_ place: Int) -> String { "TCP4:\(scene.hosts[order[place]].address):\(port),nodelay" }
        let listen = "TCP4-LISTEN:\(port),reuseaddr"
        var plan = ToolPlan()
        for (place, host) in order.enumerated() {
            // What goes from left to right is also written to the file of -r: one process, one copy in user space.
            let arguments =
                place + 1 < order.count
                ? socat + ["-r", scene.file(host), listen, address(place + 1)]
                : socat + [listen, "CREATE:\(scene.file(host))"]
            plan.standing.append(
                ToolPlan.Program(host: host, arguments: arguments, readiness: .listensTCP(port), completion: .exit))
        }
        plan.starting = [
            ToolPlan.Program(
                host: scene.source, arguments: socat + ["OPEN:\(scene.file(scene.source)),rdonly", address(0)])
        ]
        return plan
    }
}
