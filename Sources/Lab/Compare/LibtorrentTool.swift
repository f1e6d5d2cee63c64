import Basics

/// BitTorrent by libtorrent's sessions, which are told of each other instead of asking a tracker.
package struct LibtorrentTool: ComparedTool {
    static let port = 6891

    package var programs: [String] { [LibtorrentScript.python] }
    package var needsLibtorrent: Bool { true }

    package func prepare(_ setting: ToolSetting) async throws {
        let doing = "setting up libtorrent"
        for image in setting.images {
            _ = try await LibtorrentScript.makeTorrent(image, setting, tracker: nil, doing: doing)
            let peers = setting.hosts.map { "\($0.address) \(Self.port + image.number)" }
            try Files.write(peers.joined(separator: "\n") + "\n", to: peerFile(image, setting), doing: doing)
        }
        try Files.write(LibtorrentScript.session, to: "\(setting.directory)/session.py", doing: doing)
    }

    package func jobs(_ setting: ToolSetting) -> [ToolJob] {
        setting.images.flatMap { image in
            image.sources.map { job(image, at: $0, directory: setting.imageDirectory, done: "", setting) }
                + setting.targets(image).map { host in
                    job(
                        image, at: host, directory: setting.hosts[host].directory,
                        done: setting.done(image, at: host), setting)
                }
        }
    }

    private func peerFile(_ image: ToolSetting.Image, _ setting: ToolSetting) -> String {
        "\(setting.directory)/\(image.name).peers"
    }

    private func job(
        _ image: ToolSetting.Image, at host: Int, directory: String, done: String, _ setting: ToolSetting
    ) -> ToolJob {
        let name = "libtorrent-\(image.number)"
        let port = Self.port + image.number
        var job = ToolJob(host: host, name: name, script: "", start: done.isEmpty ? .free : .waitsItself, port: port)
        if !done.isEmpty { job.receives = image.number }
        let line = Shell.line([
            LibtorrentScript.python, "\(setting.directory)/session.py", setting.torrent(image), directory,
            setting.hosts[host].address, "\(port)", peerFile(image, setting), done,
            done.isEmpty ? "" : setting.gate, setting.ready(job),
        ])
        return ToolJob(
            host: host, name: name, script: "exec \(line)", start: job.start, port: port, receives: job.receives)
    }
}
