/// A cpio archive in the `newc` form that the kernel unpacks at its start. Equal entries give equal bytes.
package struct CpioArchive {
    package private(set) var bytes: [UInt8] = []
    private var entries: UInt32 = 0

    package init() {}

    package mutating func add(directory path: String) { add(path, type: 0o040000, mode: 0o755, content: []) }

    package mutating func add(file path: String, mode: UInt32, content: [UInt8]) {
        add(path, type: 0o100000, mode: mode, content: content)
    }

    mutating func add(characterDevice path: String, major: UInt32, minor: UInt32) {
        add(path, type: 0o020000, mode: 0o600, content: [], device: (major, minor))
    }

    /// The archive, ended and padded to a multiple of 512 bytes.
    package consuming func finished() -> [UInt8] {
        add("TRAILER!!!", type: 0, mode: 0, content: [])
        pad(to: 512)
        return bytes
    }

    private mutating func add(
        _ path: String, type: UInt32, mode: UInt32, content: [UInt8], device: (UInt32, UInt32) = (0, 0)
    ) {
        entries += 1
        let name = Array(path.utf8) + [0]
        // Inode, mode, uid, gid, links, time, size, device of the file (2), device it names (2), name length, checksum.
        let fields: [UInt32] = [
            entries, type | mode, 0, 0, 1, 0, UInt32(content.count), 0, 0, device.0, device.1, UInt32(name.count), 0,
        ]
        bytes += Array("070701".utf8)
        for field in fields {
            let digits = String(field, radix: 16)
            bytes += Array((String(repeating: "0", count: 8 - digits.count) + digits).utf8)
        }
        bytes += name
        pad(to: 4)
        bytes += content
        pad(to: 4)
    }

    private mutating func pad(to size: Int) {
        bytes += [UInt8](repeating: 0, count: (size - bytes.count % size) % size)
    }
}
