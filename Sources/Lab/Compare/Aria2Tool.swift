import Basics

/// BitTorrent by aria2c, with opentracker at the source; who is done goes on seeding.
package struct Aria2Tool: ComparedTool {
    static let trackerPort = 6969
    static let peerPort = 6881

    package var programs: [String] { ["aria2c", "opentracker"] }
    /// It makes the torrents.
    package var needsLibtorrent: Bool { true }

    package func prepare(_ setting: ToolSetting) async throws {
        let doing = "setting up aria2"
        for image in setting.images {
            let tracker = "\(setting.hosts[image.sources[0]].address):\(Self.trackerPort + image.number)"
            let hash = try await LibtorrentScript.makeTorrent(
                image, setting, tracker: "http://\(tracker)/announce", doing: doing)
            // Debian's opentracker serves only what is in its whitelist, which it reads as another user.
            let directory = trackerDirectory(image, setting)
            try Files.makeDirectory(directory, doing: doing)
            try Files.write("\(hash)\n", to: "\(directory)/whitelist", mode: 0o644, doing: doing)
        }
        // aria2c calls it with a number, a count and the path of the file when all of it is there and verified.
        let hook = "#!/bin/sh\ndate +%s.%N >\"${3%.raw}.done.new\" && mv \"${3%.raw}.done.new\" \"${3%.raw}.done\"\n"
        try Files.write(hook, to: hookFile(setting), mode: 0o755, doing: doing)
    }

    package func jobs(_ setting: ToolSetting) -> [ToolJob] {
        setting.images.flatMap { image in
            [tracker(image, setting)] + image.sources.map { seeder(image, at: $0, setting) }
                + setting.targets(image).map { client(image, at: $0, setting) }
        }
    }

    private func trackerDirectory(_ image: ToolSetting.Image, _ setting: ToolSetting) -> String {
        "\(setting.directory)/tracker-\(image.number)"
    }

    private func hookFile(_ setting: ToolSetting) -> String { "\(setting.directory)/aria2-done" }

    private func tracker(_ image: ToolSetting.Image, _ setting: ToolSetting) -> ToolJob {
        let host = image.sources[0]
        let port = Self.trackerPort + image.number
        let line = Shell.line([
            "opentracker", "-i", setting.hosts[host].address, "-p", "\(port)", "-P", "\(port)", "-d",
            trackerDirectory(image, setting), "-w", "whitelist",
        ])
        return ToolJob(host: host, name: "tracker-\(image.number)", script: "exec \(line)", port: port)
    }

    private func seeder(_ image: ToolSetting.Image, at host: Int, _ setting: ToolSetting) -> ToolJob {
        let line = Shell.line(
            common(image) + [
                "--bt-seed-unverified=true", "--allow-overwrite=true", "--dir=\(setting.imageDirectory)",
                setting.torrent(image),
            ])
        return ToolJob(
            host: host, name: "aria2-\(image.number)", script: "exec \(line)", port: Self.peerPort + image.number)
    }

    private func client(_ image: ToolSetting.Image, at host: Int, _ setting: ToolSetting) -> ToolJob {
        let line = Shell.line(
            common(image) + [
                "--on-bt-download-complete=\(hookFile(setting))", "--dir=\(setting.hosts[host].directory)",
                setting.torrent(image),
            ])
        return ToolJob(
            host: host, name: "aria2-\(image.number)", script: "exec \(line)", start: .gated, receives: image.number)
    }

    private func common(_ image: ToolSetting.Image) -> [String] {
        [
            "aria2c", "--no-conf", "--disable-ipv6", "--enable-dht=false", "--enable-dht6=false",
            "--bt-enable-lpd=false", "--listen-port=\(Self.peerPort + image.number)", "--bt-tracker-interval=1",
            "--bt-max-peers=0", "--bt-request-peer-speed-limit=1000M", "--file-allocation=none", "--disk-cache=0",
            "--seed-ratio=0.0", "--seed-time=100000", "--summary-interval=0", "--console-log-level=warn",
        ]
    }
}
