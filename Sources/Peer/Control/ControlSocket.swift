import Basics
import Glibc

/// Finds out whether a peer listens at a socket, and says in plain words why not.
enum ControlSocket {
    /// The longest path that fits into a socket address, without the closing zero.
    static let pathBytes = 107

    /// Connects and closes again; throws `.usage` or `.unreachable` or `.permission` when that fails.
    static func probe(_ path: String) throws(SkeinError) {
        let doing = "asking the peer at \(path)"
        guard !path.isEmpty, path.utf8.count <= pathBytes, !path.utf8.contains(0) else {
            throw SkeinError(
                .usage, doing: doing, cause: "the path of a socket has 1 to \(pathBytes) bytes",
                next: "name a shorter one with --socket")
        }
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw SkeinError(.resources, doing: doing, cause: reason(errno)) }
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result != 0 else { return }
        switch errno {
        case ENOENT, ENOTDIR, ECONNREFUSED, ENOTSOCK:
            throw SkeinError(
                .unreachable, doing: doing, cause: "no peer runs there",
                next: "start one as root with: skein peer run (and --config FILE to work with other hosts), or name "
                    + "the socket of a running one with --socket PATH or SKEIN_SOCKET")
        case EACCES, EPERM:
            throw SkeinError(
                .permission, doing: doing, cause: "this user may not open the socket",
                next: "run the command as root, or as a member of the socket's group")
        case let code:
            throw SkeinError(.unreachable, doing: doing, cause: reason(code), next: "skein doctor")
        }
    }

    private static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }
}
