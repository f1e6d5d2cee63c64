/// A plain ustar archive, as a node's seed disk holds it.
struct SeedTar {
    private(set) var bytes: [UInt8] = []

    mutating func add(directory path: String, mode: Int = 0o755, uid: Int = 0, gid: Int = 0) {
        header(path + "/", kind: "5", mode: mode, uid: uid, gid: gid, size: 0)
    }

    mutating func add(file path: String, _ text: String, mode: Int = 0o644, uid: Int = 0, gid: Int = 0) {
        let content = Array(text.utf8)
        header(path, kind: "0", mode: mode, uid: uid, gid: gid, size: content.count)
        bytes += content + [UInt8](repeating: 0, count: (512 - content.count % 512) % 512)
    }

    /// With the two empty blocks at the end.
    consuming func finished() -> [UInt8] { bytes + [UInt8](repeating: 0, count: 1024) }

    private mutating func header(_ path: String, kind: String, mode: Int, uid: Int, gid: Int, size: Int) {
        var block = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, at offset: Int) {
            for (index, byte) in text.utf8.enumerated() { block[offset + index] = byte }
        }
        func octal(_ number: Int, _ width: Int) -> String {
            let digits = String(number, radix: 8)
            return String(repeating: "0", count: width - digits.count) + digits
        }
        put(path, at: 0)
        put(octal(mode, 7), at: 100)
        put(octal(uid, 7), at: 108)
        put(octal(gid, 7), at: 116)
        put(octal(size, 11), at: 124)
        put(octal(0, 11), at: 136)
        put("        ", at: 148)
        put(kind, at: 156)
        put("ustar", at: 257)
        put("00", at: 263)
        put(octal(block.reduce(0) { $0 + Int($1) }, 6), at: 148)
        block[154] = 0
        bytes += block
    }
}
