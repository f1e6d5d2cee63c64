/// What the BitTorrent tools share: a torrent of the file, and a tracker on the source's host.
enum Torrent {
    /// Debian's own: it is the one that has python3-libtorrent.
    static let python = "/usr/bin/python3"
    static let trackerPort: UInt16 = 7630
    static let listenPort: UInt16 = 7631
    /// The torrent, and what the tracker serves, in the shared directory.
    static let file = "image.torrent"
    static let whitelist = "whitelist"

    /// The length of pieces: about a thousand of them, so that hosts soon have something to give.
    static func pieceBytes(_ bytes: Int64) -> Int {
        var piece = 64 << 10
        while piece < 4 << 20, bytes / Int64(piece) > 1024 { piece *= 2 }
        return piece
    }

    /// Makes the torrent and starts the tracker; the rest is the tool's own.
    static func plan(_ scene: ToolScene) -> ToolPlan {
        var plan = ToolPlan()
        let script = "\(scene.shared)/torrent.py"
        plan.files = [ToolPlan.TextFile(path: script, text: maker)]
        plan.preparations = [
            [
                python, script, scene.file(scene.source), "\(pieceBytes(scene.bytes))",
                "http://\(scene.sourceHost.address):\(trackerPort)/announce", path(scene),
                "\(scene.shared)/\(whitelist)",
            ]
        ]
        plan.standing = [
            ToolPlan.Program(
                host: scene.source,
                // Debian's opentracker serves only what its list names, and looks for it below the directory it goes to.
                arguments: [
                    "opentracker", "-i", scene.sourceHost.address, "-p", "\(trackerPort)", "-P", "\(trackerPort)",
                    "-d", scene.shared, "-u", "nobody", "-w", whitelist,
                ],
                readiness: .listensTCP(trackerPort), endsByItself: false)
        ]
        return plan
    }

    static func path(_ scene: ToolScene) -> String { "\(scene.shared)/\(file)" }

    /// Writes a torrent of one file and its info hash. Its arguments: file, bytes of a piece, tracker, torrent, list.
    private static let maker = """
        import hashlib, os, sys

        file, piece, tracker, torrent, whitelist = sys.argv[1:]
        piece = int(piece)


        def encoded(value):
            if isinstance(value, int):
                return b"i%de" % value
            if isinstance(value, str):
                value = value.encode()
            if isinstance(value, bytes):
                return b"%d:%s" % (len(value), value)
            return b"d" + b"".join(encoded(key) + encoded(value[key]) for key in sorted(value)) + b"e"


        digests = []
        with open(file, "rb") as image:
            while block := image.read(piece):
                digests.append(hashlib.sha1(block).digest())
        info = {
            "length": os.path.getsize(file),
            "name": os.path.basename(file),
            "piece length": piece,
            "pieces": b"".join(digests),
            "private": 1,
        }
        with open(torrent, "wb") as out:
            out.write(encoded({"announce": tracker, "info": info}))
        with open(whitelist, "w") as out:
            out.write(hashlib.sha1(encoded(info)).hexdigest() + "\\n")

        """
}
