internal import Basics
internal import Glibc
internal import Synchronization

/// The pack files of a store, opened when needed; a bounded number stays open.
final class PackSet: Sendable {
    static let headerBytes = 16
    private static let magic = Array("skeinpk1".utf8)
    private static let openFiles = 64

    let directory: String
    private let files = Mutex<[UInt32: OpenFile]>([:])

    init(directory: String) { self.directory = directory }

    func path(_ number: UInt32) -> String {
        let digits = String(number, radix: 16)
        return "\(directory)/\(String(repeating: "0", count: 8 - digits.count))\(digits).pack"
    }

    /// The numbers of all packs on disk, lowest first.
    func numbers() throws(SkeinError) -> [UInt32] {
        try Directory.names(in: directory).compactMap { name in
            guard name.hasSuffix(".pack"), name.utf8.count == 13 else { return nil }
            return UInt32(name.prefix(8), radix: 16)
        }
    }

    /// An existing pack. The file stays readable for whoever has it, even when it is removed meanwhile.
    func file(_ number: UInt32) throws(SkeinError) -> OpenFile {
        if let file = files.withLock({ $0[number] }) { return file }
        let path = path(number)
        guard Directory.exists(path) else {
            throw SkeinError(.notFound, doing: "opening \(path)", cause: "no such pack")
        }
        let file = try OpenFile(path: path, mode: .write)
        files.withLock { files in
            if files.count >= PackSet.openFiles, let victim = files.keys.first { files[victim] = nil }
            files[number] = file
        }
        return file
    }

    /// Makes an empty pack whose name is durable.
    func create(_ number: UInt32) throws(SkeinError) -> OpenFile {
        let file = try OpenFile(path: path(number), mode: .replace)
        var header = ByteWriter(capacity: PackSet.headerBytes)
        header.write(bytes: PackSet.magic)
        header.write(number)
        header.write(UInt32(0))
        try file.write(header.bytes, at: 0)
        try file.sync()
        try Directory.sync(directory)
        files.withLock { $0[number] = file }
        return file
    }

    func remove(_ number: UInt32) throws(SkeinError) {
        files.withLock { $0[number] = nil }
        try Directory.removeFile(path(number))
        try Directory.sync(directory)
    }

    func totalBytes() throws(SkeinError) -> Int64 { try Directory.usedBytes(in: directory) }
}
