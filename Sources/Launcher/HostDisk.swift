public import Basics
import Glibc

/// The free space of this host's file systems.
public enum HostDisk {
    /// What a process of root may still write into the file system of a path, which need not exist yet.
    public static func available(at path: String) -> ByteCount? {
        var path = path
        var status = statvfs()
        while statvfs(path, &status) != 0 {
            guard errno == ENOENT, path != "/", let slash = path.lastIndex(of: "/") else { return nil }
            path = slash == path.startIndex ? "/" : String(path[..<slash])
        }
        let (bytes, overflow) = Int64(clamping: status.f_bavail).multipliedReportingOverflow(by: Int64(status.f_frsize))
        return ByteCount(bytes: overflow ? .max : bytes)
    }
}
