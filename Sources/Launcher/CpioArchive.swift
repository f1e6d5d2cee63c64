/// Writes a cpio archive in the newc form that the kernel unpacks as its initramfs.
///
/// Uncompressed and deterministic: times, owners and inode numbers do not come from the host.
package struct CpioArchive {
    private var bytes: [UInt8] = []
    private var inode: UInt32 = 0

    package init() {}

    package mutating func addDirectory(_ path: String, mode: UInt32 = 0o755) {
        add(path, mode: 0o040000 | mode, content: [])
    }

    package mutating func addFile(_ path: String, mode: UInt32, content: [UInt8]) {
        add(path, mode: 0o100000 | mode, content: content)
    }

    package mutating func addSymbolicLink(_ path: String, to target: String) {
        add(path, mode: 0o120777, content: Array(target.utf8))
    }

    package mutating func addCharacterDevice(_ path: String, major: UInt32, minor: UInt32, mode: UInt32 = 0o600) {
        add(path, mode: 0o020000 | mode, content: [], device: (major, minor))
    }

    /// The archive with its end mark.
    package func finished() -> [UInt8] {
        var copy = self
        copy.inode = 0
        copy.add("TRAILER!!!", mode: 0, content: [], isTrailer: true)
        return copy.bytes
    }

    private mutating func add(
        _ path: String, mode: UInt32, content: [UInt8], device: (major: UInt32, minor: UInt32) = (0, 0),
        isTrailer: Bool = false
    ) {
        if !isTrailer { inode += 1 }
        let name = Array(path.utf8) + [0]
        let fields: [UInt32] = [
            inode, mode, 0, 0, 1, 0, UInt32(content.count), 0, 0, device.major, device.minor, UInt32(name.count), 0,
        ]
        bytes += Array("070701".utf8)
        for field in fields {
            let digits = String(field, radix: 16, uppercase: true)
            bytes += Array((String(repeating: "0", count: 8 - digits.count) + digits).utf8)
        }
        bytes += name
        pad()
        bytes += content
        pad()
    }

    /// Names and contents start at multiples of four.
    private mutating func pad() {
        while !bytes.count.isMultiple(of: 4) { bytes.append(0) }
    }
}
