/// Multicast with udp-sender at the source and udp-receiver elsewhere, just under the slowest rate on the way.
package struct UdpcastTool: ComparedTool {
    /// A transfer takes this port and the one after it.
    static let portBase = 9100
    /// Of the slowest rate; udp-sender counts its own headers but not those of Ethernet.
    static let rateShare = 0.97

    package var programs: [String] { ["udp-sender", "udp-receiver", "ip"] }

    package func jobs(_ setting: ToolSetting) -> [ToolJob] {
        setting.images.flatMap { image in
            setting.targets(image).map { receiver(image, at: $0, setting) } + [sender(image, setting)]
        }
    }

    private func receiver(_ image: ToolSetting.Image, at host: Int, _ setting: ToolSetting) -> ToolJob {
        let line = Shell.line(
            ["udp-receiver", "--file", setting.copy(image, at: host)] + addresses(image) + [
                "--nokbd", "--no-progress", "--nosync", "--rcvbuf", "4m",
            ])
        return ToolJob(
            host: host, name: "udpcast-\(image.number)",
            script: "\(Self.route); \(line) && \(setting.noteDone(image, at: host))", receives: image.number)
    }

    private func sender(_ image: ToolSetting.Image, _ setting: ToolSetting) -> ToolJob {
        var words =
            ["udp-sender", "--file", image.file] + addresses(image) + [
                "--mcast-data-address", "232.77.0.\(image.number + 1)", "--min-receivers",
                "\(setting.targets(image).count)", "--full-duplex", "--nokbd", "--no-progress",
            ]
        if let rate = HostOrder.multicastRate(from: image.sources[0], in: setting.topology) {
            // All images are sent at the same time.
            let own = Int64(Double(rate) * Self.rateShare) / Int64(setting.images.count)
            words += ["--max-bitrate", "\(own)"]
        }
        return ToolJob(
            host: image.sources[0], name: "udpcast-\(image.number)", script: "\(Self.route); \(Shell.line(words))",
            start: .gated)
    }

    /// A host of a lab has no default route, so its kernel does not know where multicast goes.
    private static let route = "ip route replace 224.0.0.0/4 dev eth0"

    private func addresses(_ image: ToolSetting.Image) -> [String] {
        [
            "--interface", "eth0", "--portbase", "\(Self.portBase + 10 * image.number)", "--mcast-rdv-address",
            "239.77.0.\(image.number + 1)",
        ]
    }
}
