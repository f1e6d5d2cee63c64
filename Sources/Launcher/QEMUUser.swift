public import Basics
import Glibc

/// The user and groups under which QEMU runs.
///
/// A user other than root must be able to read the image's disk, kernel and initrd, and to pass through the
/// directories above them; the files of a node are given to that user by ``NodeDirectory``.
public struct QEMUUser: Hashable, Sendable {
    public let uid: UInt32
    public let gid: UInt32
    /// Its other groups; `kvm` should be among them.
    public let groups: [UInt32]

    public static let root = QEMUUser(uid: 0, gid: 0)

    public init(uid: UInt32, gid: UInt32, groups: [UInt32] = []) {
        self.uid = uid
        self.gid = gid
        self.groups = groups
    }

    /// The user of that name, with its groups.
    public init(named name: String) throws(SkeinError) {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 16 * 1024)
        getpwnam_r(name, &entry, &buffer, buffer.count, &found)
        guard found != nil else {
            throw SkeinError(.notFound, doing: "choosing the user of QEMU", cause: "no user '\(name)' on this host")
        }
        var groups = [gid_t](repeating: 0, count: 256)
        var count = Int32(groups.count)
        getgrouplist(name, entry.pw_gid, &groups, &count)
        self.init(uid: entry.pw_uid, gid: entry.pw_gid, groups: Array(groups.prefix(Int(count))))
    }

    /// Whether this user may open /dev/kvm, or there is none.
    ///
    /// Where it may not, libvirt 9.0 never trusts what it learned about QEMU and asks it anew dozens of times a start.
    var mayUseKVM: Bool {
        var status = stat()
        guard uid != 0, stat("/dev/kvm", &status) == 0 else { return true }
        let mode = status.st_mode
        if status.st_uid == uid { return mode & 0o600 == 0o600 }
        if status.st_gid == gid || groups.contains(status.st_gid) { return mode & 0o060 == 0o060 }
        return mode & 0o006 == 0o006
    }
}
