import Basics

/// What a node gets through its seed: its name, the names of all nodes, who may log in.
enum NodeSeed {
    static func files(for node: ClusterNode, of spec: ClusterSpec, logins: [Login]) -> [SeedFile] {
        var files = [
            text("etc/hostname", "\(node.name)\n"),
            text("etc/hosts", spec.hostsFile),
            text("run/skein/node.env", environment(node, spec)),
        ]
        for login in logins {
            let home = String(login.home.drop { $0 == "/" })
            files.append(directory("\(home)/.ssh", mode: 0o700, uid: login.uid, gid: login.gid))
            files.append(
                text(
                    "\(home)/.ssh/authorized_keys", login.keys.map { "\($0)\n" }.joined(), mode: 0o600, uid: login.uid,
                    gid: login.gid))
        }
        return files
    }

    /// A user of the image and the public keys that open it.
    struct Login: Sendable, Hashable {
        var home: String
        var uid: UInt32
        var gid: UInt32
        var keys: [String]
    }

    private static func environment(_ node: ClusterNode, _ spec: ClusterSpec) -> String {
        """
        SKEIN_CLUSTER=\(spec.name)
        SKEIN_NODE=\(node.name)
        SKEIN_ROLE=\(node.role)
        SKEIN_INDEX=\(node.index)
        SKEIN_NODES=\(spec.nodes.count)
        SKEIN_ADDRESS=\(node.address)

        """
    }

    private static func text(_ path: String, _ text: String, mode: UInt16 = 0o644, uid: UInt32 = 0, gid: UInt32 = 0)
        -> SeedFile
    {
        SeedFile(path: path, content: JSON.base64(Array(text.utf8)), mode: mode, uid: uid, gid: gid)
    }

    private static func directory(_ path: String, mode: UInt16, uid: UInt32, gid: UInt32) -> SeedFile {
        SeedFile(path: path, content: nil, mode: mode, uid: uid, gid: gid)
    }
}
