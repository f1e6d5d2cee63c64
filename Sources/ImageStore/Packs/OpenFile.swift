internal import Basics
internal import Glibc

/// An open file with positioned reads and writes; closed when the last reference is gone.
final class OpenFile: Sendable {
    enum Mode {
        case read
        /// Made when it is not there.
        case write
        /// Made, or emptied when it is there.
        case replace
    }

    let path: String
    let descriptor: Int32

    init(path: String, mode: Mode, permissions: mode_t = 0o600) throws(SkeinError) {
        let flags: Int32 =
            switch mode {
            case .read: O_RDONLY
            case .write: O_RDWR | O_CREAT
            case .replace: O_RDWR | O_CREAT | O_TRUNC
            }
        descriptor = open(path, flags | O_CLOEXEC, permissions)
        self.path = path
        guard descriptor >= 0 else { throw SystemFailure.error(errno, doing: "opening \(path)") }
    }

    deinit { _ = close(descriptor) }

    /// Reads until the buffer is full or the file ends; the number of bytes read.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws(SkeinError) -> Int {
        var done = 0
        while done < buffer.count {
            let count = pread(descriptor, buffer.baseAddress! + done, buffer.count - done, Int(offset) + done)
            if count == 0 { break }
            guard count > 0 else {
                if errno == EINTR { continue }
                throw SystemFailure.error(errno, doing: "reading \(path)")
            }
            done += count
        }
        return done
    }

    /// Up to `count` bytes at an offset; fewer where the file ends.
    func bytes(_ count: Int, at offset: Int64) throws(SkeinError) -> [UInt8] {
        var failure: SkeinError?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            do throws(SkeinError) {
                filled = try read(into: UnsafeMutableRawBufferPointer(buffer), at: offset)
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return bytes
    }

    /// The bytes of a chunk at an offset; nil where the file ends before them.
    func chunk(_ count: Int, at offset: Int64) throws(SkeinError) -> ChunkBytes? {
        let bytes = ChunkBytes(count: count)
        let result = bytes.withUnsafeMutableBytes { buffer in
            Result { () throws(SkeinError) in try read(into: buffer, at: offset) }
        }
        return try result.get() == count ? bytes : nil
    }

    func write(_ buffer: UnsafeRawBufferPointer, at offset: Int64) throws(SkeinError) {
        var done = 0
        while done < buffer.count {
            let count = pwrite(descriptor, buffer.baseAddress! + done, buffer.count - done, Int(offset) + done)
            guard count >= 0 else {
                if errno == EINTR { continue }
                throw SystemFailure.error(errno, doing: "writing \(path)")
            }
            done += count
        }
    }

    func write(_ bytes: [UInt8], at offset: Int64) throws(SkeinError) {
        try bytes.withUnsafeBufferPointer { (buffer) throws(SkeinError) in
            try write(UnsafeRawBufferPointer(buffer), at: offset)
        }
    }

    /// Makes content and size durable.
    func syncData() throws(SkeinError) {
        guard fdatasync(descriptor) == 0 else { throw SystemFailure.error(errno, doing: "syncing \(path)") }
    }

    /// Makes content, size and permissions durable.
    func sync() throws(SkeinError) {
        guard fsync(descriptor) == 0 else { throw SystemFailure.error(errno, doing: "syncing \(path)") }
    }

    func truncate(to size: Int64) throws(SkeinError) {
        guard ftruncate(descriptor, Int(size)) == 0 else {
            throw SystemFailure.error(errno, doing: "setting the size of \(path)")
        }
    }

    func size() throws(SkeinError) -> Int64 { Int64(try status().st_size) }

    func status() throws(SkeinError) -> stat {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw SystemFailure.error(errno, doing: "examining \(path)") }
        return status
    }

    func setPermissions(_ permissions: mode_t) throws(SkeinError) {
        guard fchmod(descriptor, permissions) == 0 else {
            throw SystemFailure.error(errno, doing: "setting permissions of \(path)")
        }
    }
}
