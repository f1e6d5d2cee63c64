import Basics

/// A star: rsync at every host from a daemon at the sources, whole files, written in place.
package struct RsyncTool: ComparedTool {
    static let port = 8730

    package var programs: [String] { ["rsync"] }

    private func configuration(_ setting: ToolSetting) -> String { "\(setting.directory)/rsyncd.conf" }

    package func prepare(_ setting: ToolSetting) async throws {
        try Files.write(
            """
            use chroot = no
            uid = root
            gid = root
            reverse lookup = no
            [images]
            path = \(setting.imageDirectory)
            read only = yes

            """, to: configuration(setting), doing: "setting up rsync")
    }

    package func jobs(_ setting: ToolSetting) -> [ToolJob] {
        let sources = Set(setting.images.flatMap(\.sources)).sorted()
        let daemons = sources.map { host in
            ToolJob(
                host: host, name: "rsyncd",
                script: "exec "
                    + Shell.line([
                        "rsync", "--daemon", "--no-detach", "--config=\(configuration(setting))",
                        "--address=\(setting.hosts[host].address)", "--port=\(Self.port)", "--log-file=/dev/null",
                    ]), port: Self.port)
        }
        let clients = setting.images.flatMap { image in
            setting.targets(image).enumerated().map { place, host in
                // Several sources share the hosts.
                let source = setting.hosts[image.sources[place % image.sources.count]].address
                let line = Shell.line([
                    "rsync", "--whole-file", "--inplace", "--copy-links",
                    "rsync://\(source):\(Self.port)/images/\(image.name).raw", setting.copy(image, at: host),
                ])
                return ToolJob(
                    host: host, name: "rsync-\(image.number)",
                    script: "\(line) && \(setting.noteDone(image, at: host))", start: .gated, receives: image.number)
            }
        }
        return daemons + clients
    }
}
