import Basics
import Glibc

/// Directories of the peer on its host.
enum HostDirectory {
    /// Makes a directory and those above it.
    static func make(_ path: String, mode: mode_t) throws(SkeinError) {
        var sofar = ""
        for part in path.split(separator: "/") {
            sofar += "/\(part)"
            if mkdir(sofar, sofar == path ? mode : 0o755) != 0, errno != EEXIST {
                throw SkeinError(
                    errno == ENOSPC ? .resources : .permission, doing: "making the directory \(path)",
                    cause: String(cString: strerror(errno)), next: "choose another `state:` in the peer's configuration"
                )
            }
        }
    }
}
