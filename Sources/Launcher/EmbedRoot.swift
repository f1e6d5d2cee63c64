import Basics
import Glibc
import Synchronization

/// The directory of an embedded libvirt: its configuration, and the lock that keeps it to one opener.
final class EmbedRoot: Sendable {
    let path: String
    private let lock: Mutex<Int32>

    /// Makes the directory and its configuration, and locks it; `.conflict` at once when it is open elsewhere.
    init(_ options: HypervisorOptions) throws(SkeinError) {
        let doing = "opening the hypervisor in \(options.root)"
        path = options.root
        guard path.hasPrefix("/"), path.utf8.count <= LauncherLimits.embedRootBytes, EmbedRoot.isPlain(path) else {
            throw SkeinError(
                .usage, doing: doing,
                cause: "the path must be absolute, of letters, digits and '/._-', and at most "
                    + "\(LauncherLimits.embedRootBytes) bytes long",
                next: "choose a shorter state directory")
        }
        guard geteuid() == 0 else {
            throw SkeinError(.permission, doing: doing, cause: "this needs root", next: "run it as root")
        }
        try HostFile.makeDirectory("\(path)/etc", mode: 0o711, doing: doing)
        // A user of QEMU's own must reach its sockets below the root.
        guard chmod(path, options.user == .root ? 0o700 : 0o711) == 0 else { throw HostFile.failure(doing) }
        let lock = open("\(path)/skein.lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard lock >= 0 else { throw HostFile.failure(doing) }
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            close(lock)
            throw SkeinError(
                .conflict, doing: doing, cause: "another process has it open",
                next: "stop the other peer, or give this one its own state directory")
        }
        self.lock = Mutex(lock)
        // From here on a failure lets go of the lock by itself: all properties are set, so `deinit` runs.
        if (HostFile.size(of: logFile) ?? 0) > LauncherLimits.libvirtLogBytes.bytes { unlink(logFile) }
        try HostFile.write(
            Array(EmbedRoot.configuration(options).utf8), to: "\(path)/etc/qemu.conf", mode: 0o600, doing: doing)
    }

    deinit { release() }

    /// Lets go of the lock; doing it twice is fine.
    func release() {
        lock.withLock { lock in
            if lock >= 0 { close(lock) }
            lock = -1
        }
    }

    /// Where libvirt writes its errors; begun anew at an opening when it has grown too long.
    var logFile: String { "\(path)/libvirt.log" }

    var uri: String { "qemu:///embed?root=\(path)" }

    /// What an embedded libvirt cannot have (a log daemon, cgroups of a service manager, mount namespaces) is off;
    /// files belong to whom we gave them, and QEMU's own sandbox is on.
    private static func configuration(_ options: HypervisorOptions) -> String {
        """
        stdio_handler = "file"
        security_driver = "none"
        namespaces = []
        cgroup_controllers = []
        remember_owner = 0
        dynamic_ownership = 0
        seccomp_sandbox = 1
        user = "+\(options.user.uid)"
        group = "+\(options.user.gid)"

        """
    }

    private static func isPlain(_ path: String) -> Bool {
        path.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "-"):
                true
            default: false
            }
        }
    }
}
