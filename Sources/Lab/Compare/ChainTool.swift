/// A chain of socat processes in the order of racks and sites: every host writes what it gets and forwards it at once.
package struct ChainTool: ComparedTool {
    /// The first image's; the next images have the ports after it.
    static let port = 9000
    /// What socat reads at once. More costs processor time and gains nothing: with 1 MiB a chain of 16 hosts took half
    /// as long again on two cores.
    static let bufferBytes = 128 << 10

    package init() {}

    package var programs: [String] { ["socat", "tee"] }

    /// From the tail on, so that everybody finds the next one listening.
    package func jobs(_ setting: ToolSetting) -> [ToolJob] {
        setting.images.flatMap { image in
            let order = HostOrder.chain(
                from: image.sources[0], to: setting.targets(image), in: setting.topology)
            return order.indices.reversed().map { place in
                let next = place + 1 < order.count ? order[place + 1] : nil
                return place == 0
                    ? source(image, at: order[0], next: next, setting)
                    : relay(image, at: order[place], next: next, setting)
            }
        }
    }

    private func source(_ image: ToolSetting.Image, at host: Int, next: Int?, _ setting: ToolSetting) -> ToolJob {
        let from = "OPEN:\(image.file),rdonly"
        let line = next.map { socat(from, connection(image, to: $0, setting)) } ?? "true"
        return ToolJob(host: host, name: "chain-\(image.number)", script: line, start: .gated)
    }

    private func relay(_ image: ToolSetting.Image, at host: Int, next: Int?, _ setting: ToolSetting) -> ToolJob {
        let port = Self.port + image.number
        let from = "TCP-LISTEN:\(port),bind=\(setting.hosts[host].address),reuseaddr"
        let copy = setting.copy(image, at: host)
        let note = setting.noteDone(image, at: host)
        let script =
            if let next {
                // tee is done when its file is whole; what the next one still has to get does not count here.
                "\(socat(from, "STDOUT")) | { \(Shell.line(["tee", copy])); \(note); } | "
                    + socat("STDIN", connection(image, to: next, setting))
            } else {
                "\(socat(from, "OPEN:\(copy),creat,trunc,wronly")); \(note)"
            }
        return ToolJob(
            host: host, name: "chain-\(image.number)", script: script, port: port, receives: image.number)
    }

    private func connection(_ image: ToolSetting.Image, to host: Int, _ setting: ToolSetting) -> String {
        "TCP:\(setting.hosts[host].address):\(Self.port + image.number),retry=200,interval=0.05"
    }

    private func socat(_ from: String, _ to: String) -> String {
        Shell.line(["socat", "-u", "-b", "\(Self.bufferBytes)", from, to])
    }
}
