/// aria2 as a BitTorrent client on every host.
enum Aria2Tool {
    static func plan(_ scene: ToolScene) -> ToolPlan {
        var plan = Torrent.plan(scene)
        let hook = "\(scene.shared)/done.sh"
        // It is called with an id, the number of files and the path of the first.
        plan.files.append(
            ToolPlan.TextFile(path: hook, text: "#!/bin/sh\n: >\"${3%/*}/done\"\n", isExecutable: true))
        func client(_ host: Int, _ own: [String]) -> [String] {
            [
                "aria2c", "--no-conf", "--quiet", "--dir=\(scene.hosts[host].directory)",
                // Everybody goes on giving until the end, to as many as want something.
                "--seed-ratio=0.0", "--bt-max-peers=0", "--bt-request-peer-speed-limit=1G",
                "--bt-tracker-interval=1", "--bt-enable-lpd=false", "--enable-dht=false", "--enable-dht6=false",
                "--disable-ipv6=true", "--async-dns=false", "--file-allocation=none", "--disk-cache=64M",
                "--auto-save-interval=0", "--listen-port=\(Torrent.listenPort)",
            ] + own + [Torrent.path(scene)]
        }
        plan.standing.append(
            ToolPlan.Program(
                host: scene.source, arguments: client(scene.source, ["--bt-seed-unverified=true"]),
                readiness: .listensTCP(Torrent.listenPort), endsByItself: false))
        plan.starting = scene.targets.map { host in
            ToolPlan.Program(
                host: host, arguments: client(host, ["--on-bt-download-complete=\(hook)"]),
                completion: .file(scene.doneMark(host)), endsByItself: false)
        }
        return plan
    }
}
