public import Basics

/// The seed of a node: a tar on a small raw disk, which the guest unpacks onto `/` at its first boot.
///
/// Equal entries give equal bytes. The archive may hold keys: the file is 0600 and never leaves the host.
public enum SeedDisk {
    /// What `tar` reads at a time; a disk that is a multiple of it is read without a complaint about a short record.
    static let recordBytes = 20 * TarHeader.blockBytes

    /// The bytes of the disk.
    ///
    /// Fails on two entries of one path and beyond ``LauncherLimits/seedEntries`` and ``LauncherLimits/seedBytes``.
    public static func image(of entries: [SeedEntry]) throws(SkeinError) -> [UInt8] {
        try check(entries)
        var bytes: [UInt8] = []
        for entry in entries { append(entry, to: &bytes) }
        bytes.append(contentsOf: [UInt8](repeating: 0, count: 2 * TarHeader.blockBytes))
        pad(&bytes, to: recordBytes)
        return bytes
    }

    /// Writes the disk at `path`, replacing what is there; the file is readable by its owner alone.
    public static func write(_ entries: [SeedEntry], to path: String) throws(SkeinError) {
        try HostFile.write(try image(of: entries), to: path, mode: 0o600, doing: "writing the seed \(path)")
    }

    private static func check(_ entries: [SeedEntry]) throws(SkeinError) {
        guard entries.count <= LauncherLimits.seedEntries else {
            throw refused("\(entries.count) files are more than \(LauncherLimits.seedEntries)")
        }
        var paths: Set<String> = []
        var total: Int64 = 0
        for entry in entries {
            guard paths.insert(entry.path).inserted else { throw refused("'\(entry.path)' stands in it twice") }
            if case .file(let content) = entry.kind { total += Int64(content.count) }
        }
        guard total <= LauncherLimits.seedBytes.bytes else {
            throw refused("\(ByteCount(bytes: total)) are more than \(LauncherLimits.seedBytes)")
        }
    }

    private static func refused(_ cause: String) -> SkeinError {
        SkeinError(
            .usage, doing: "writing a node's seed", cause: cause,
            next: "put large files into the image (image.files), only what differs between nodes into nodes")
    }

    private static func append(_ entry: SeedEntry, to bytes: inout [UInt8]) {
        var header = TarHeader(
            path: Array(entry.path.utf8), mode: entry.mode, uid: entry.uid, gid: entry.gid, size: 0, flag: .file)
        var content: [UInt8] = []
        switch entry.kind {
        case .file(let bytes):
            header.size = bytes.count
            content = bytes
        case .directory:
            header.flag = .directory
            header.path.append(UInt8(ascii: "/"))
        case .symbolicLink(let target):
            header.flag = .symbolicLink
            header.link = Array(target.utf8)
        }

        let records = header.extendedRecords()
        if !records.isEmpty {
            let extended = TarHeader(
                path: Array("PaxHeaders/entry".utf8), mode: 0o600, uid: 0, gid: 0, size: records.count, flag: .extended)
            bytes += extended.encoded()
            bytes += records
            pad(&bytes, to: TarHeader.blockBytes)
        }
        bytes += header.encoded()
        bytes += content
        pad(&bytes, to: TarHeader.blockBytes)
    }

    private static func pad(_ bytes: inout [UInt8], to multiple: Int) {
        let over = bytes.count % multiple
        if over > 0 { bytes.append(contentsOf: [UInt8](repeating: 0, count: multiple - over)) }
    }
}
