import Basics

/// The small first user space of an image: busybox, our init and the virtio modules of the image's own kernel.
///
/// Not compressed: it is 3 MiB, where a distribution's own is five times that and has to be unpacked by an emulated
/// processor. Its chunks are compressed on the wire and in the store anyway.
enum InitialRamDisk {
    private static let partBytes = 32 << 20

    /// The archive from what ``CollectScript`` left in a directory.
    static func archive(of parts: String) throws(SkeinError) -> [UInt8] {
        var archive = CpioArchive()
        for directory in ["bin", "dev", "modules", "new", "proc", "sys"] { archive.add(directory: directory) }
        archive.add(characterDevice: "dev/console", major: 5, minor: 1)
        archive.add(file: "bin/busybox", mode: 0o755, content: try read("\(parts)/busybox"))
        archive.add(file: "init", mode: 0o755, content: Array((GuestInitScript.text + "\n").utf8))
        for name in BuildFiles.names(in: "\(parts)/modules") {
            archive.add(file: "modules/\(name)", mode: 0o644, content: try read("\(parts)/modules/\(name)"))
        }
        return archive.finished()
    }

    private static func read(_ path: String) throws(SkeinError) -> [UInt8] {
        guard let bytes = BuildFiles.read(path, limit: partBytes) else {
            throw SkeinError(.tool, doing: "making the initial RAM disk", cause: "\(path) cannot be read")
        }
        return bytes
    }
}
