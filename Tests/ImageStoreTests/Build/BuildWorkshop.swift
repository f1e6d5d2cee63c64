import Basics
import Glibc
import ImageStore

/// A work directory for real builds, with one base that the tests of a run share, and an eye for what is left behind.
enum BuildWorkshop {
    static let directory: String = {
        var template = Array("/var/tmp/skein-build-tests-XXXXXX".utf8CString)
        return template.withUnsafeMutableBufferPointer { String(cString: mkdtemp($0.baseAddress!)) }
    }()

    static let builder = ImageBuilder(
        configuration: BuildConfiguration(workDirectory: "\(directory)/work", logDirectory: "\(directory)/logs"))

    private static let baseTask = Task {
        atexit { BuildWorkshop.removeAll() }
        return try await builder.buildBase(BaseSpec())
    }

    /// The base; built by the first test that asks.
    static func base() async throws -> BuiltImage { try await baseTask.value }

    /// What a build must not leave: half images, and loop devices or mounts that mention the directory.
    static func leftovers(in work: String) -> [String] {
        var found = names(in: work).filter { $0.hasPrefix("half-") }.map { "\(work)/\($0)" }
        for name in names(in: "/sys/block") where name.hasPrefix("loop") {
            if let file = text("/sys/block/\(name)/loop/backing_file"), file.hasPrefix(work) { found.append(file) }
        }
        for line in (text("/proc/self/mountinfo") ?? "").split(separator: "\n") where line.contains(work) {
            found.append(String(line))
        }
        return found
    }

    static func names(in directory: String) -> [String] {
        guard let stream = opendir(directory) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    static func text(_ path: String) -> String? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
        return String(decoding: bytes, as: UTF8.self)
    }

    static func write(_ bytes: [UInt8], to path: String) {
        let file = fopen(path, "w")!
        fwrite(bytes, 1, bytes.count, file)
        fclose(file)
    }

    /// The allocated size of a file.
    static func occupied(_ path: String) -> Int64 {
        var status = stat()
        return stat(path, &status) == 0 ? Int64(status.st_blocks) * 512 : 0
    }

    private static func removeAll() {
        guard directory.hasPrefix("/var/tmp/skein-build-tests-") else { return }
        func remove(_ path: String) {
            if unlink(path) == 0 { return }
            for name in names(in: path) { remove("\(path)/\(name)") }
            rmdir(path)
        }
        remove(directory)
    }
}
