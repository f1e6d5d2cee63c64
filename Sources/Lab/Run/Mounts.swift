import Basics
import Glibc

/// Undoes mounts and loop devices that use files of a directory.
enum Mounts {
    /// Unmounts everything at and under a path, newest first, and detaches loop devices backed by files there.
    /// Returns what could not be undone.
    static func release(under path: String) async -> [String] {
        for mount in mounted(under: path).reversed() { _ = umount2(mount, Int32(MNT_DETACH)) }
        for device in loops(under: path) {
            _ = try? await Tool.run("losetup", ["-d", device], doing: "detaching \(device)")
        }
        return mounted(under: path).map { "mount \($0)" } + loops(under: path).map { "loop device \($0)" }
    }

    private static func mounted(under path: String) -> [String] {
        guard let bytes = Files.read("/proc/self/mountinfo", limit: 64 << 20) else { return [] }
        return bytes.split(separator: UInt8(ascii: "\n")).compactMap { line in
            let fields = line.split(separator: UInt8(ascii: " "))
            guard fields.count > 4 else { return nil }
            let place = unescaped(fields[4])
            return place == path || place.hasPrefix(path + "/") ? place : nil
        }
    }

    /// Spaces and other signs stand in the table as a backslash and three octal digits.
    private static func unescaped(_ field: ArraySlice<UInt8>) -> String {
        var bytes: [UInt8] = []
        var rest = field
        while let byte = rest.popFirst() {
            let digits = rest.prefix(3)
            if byte == UInt8(ascii: "\\"), let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 8) {
                bytes.append(value)
                rest = rest.dropFirst(3)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func loops(under path: String) -> [String] {
        Files.names(in: "/sys/block").filter { $0.hasPrefix("loop") }.compactMap { name in
            guard let bytes = Files.read("/sys/block/\(name)/loop/backing_file") else { return nil }
            return String(decoding: bytes, as: UTF8.self).hasPrefix(path + "/") ? "/dev/\(name)" : nil
        }
    }
}
