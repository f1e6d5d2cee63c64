/// rsync as a star: a daemon at the source, all hosts pull at once.
enum RsyncTool {
    static let port: UInt16 = 7620

    static func plan(_ scene: ToolScene) -> ToolPlan {
        let configuration = "\(scene.shared)/rsyncd.conf"
        var plan = ToolPlan()
        plan.files = [
            ToolPlan.TextFile(
                path: configuration,
                text: """
                    uid = root
                    gid = root
                    use chroot = no
                    max connections = 0
                    reverse lookup = no
                    [image]
                    path = \(scene.sourceHost.directory)
                    read only = yes

                    """)
        ]
        plan.standing = [
            ToolPlan.Program(
                host: scene.source,
                arguments: [
                    "rsync", "--daemon", "--no-detach", "--config=\(configuration)", "--port=\(port)",
                    "--address=\(scene.sourceHost.address)",
                ],
                readiness: .listensTCP(port), endsByItself: false)
        ]
        plan.starting = scene.targets.map { host in
            ToolPlan.Program(
                host: host,
                // Nothing is there to compare with, so all is sent, plainly, and written in place.
                arguments: [
                    "rsync", "--whole-file", "--inplace", "--no-compress",
                    "rsync://\(scene.sourceHost.address):\(port)/image/\(ToolScene.fileName)", scene.file(host),
                ],
                completion: .exit)
        }
        return plan
    }
}
