import Basics

/// udpcast: the source sends once, by multicast, and repeats what a host did not get.
enum UdpcastTool {
    static let portBase: UInt16 = 7610
    static let rendezvous = "239.77.0.1"
    static let data = "239.77.0.2"
    /// Of the least rate on the way: what is left of it after headers, and a little room for what is repeated.
    static let rateShare = 0.95

    static func plan(_ scene: ToolScene) -> ToolPlan {
        let common = [
            "--interface", "eth0", "--portbase", "\(portBase)", "--mcast-rdv-address", rendezvous, "--ttl", "8",
            "--nokbd", "--no-progress",
        ]
        var plan = ToolPlan()
        plan.standing = scene.targets.map { host in
            ToolPlan.Program(
                host: host,
                arguments: ["udp-receiver", "--file", scene.file(host), "--nosync", "--exit-wait", "50"] + common,
                readiness: .bindsUDP(portBase), completion: .exit)
        }
        var sender = [
            "udp-sender", "--file", scene.file(scene.source), "--mcast-data-address", data, "--full-duplex",
            "--min-receivers", "\(scene.targets.count)",
        ]
        if let slowest = scene.slowest {
            // Without a rate it sends as fast as it can, and the queues before slow links drop most of it.
            sender += ["--max-bitrate", "\(Int64(Double(slowest.bitsPerSecond) * rateShare) / 1000)k"]
        }
        plan.starting = [ToolPlan.Program(host: scene.source, arguments: sender + common)]
        return plan
    }
}
