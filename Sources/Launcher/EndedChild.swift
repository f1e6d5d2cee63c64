import Glibc

/// A child of a process that has ended and that nobody has collected yet.
struct EndedChild {
    let pid: pid_t
    /// Whether it was started by somebody else, who has ended since.
    ///
    /// A child that this process started has its session, or one of its own. What is in a third session was detached by
    /// a process between, as libvirt does with QEMU. A QEMU with a session of its own detached itself, as libvirt asks
    /// of those that it only questions; nobody here starts QEMU in that way.
    let isAdopted: Bool

    /// The ended children of this process, from the process table.
    static func all() -> [EndedChild] {
        let parent = getpid()
        let session = getsid(0)
        guard let directory = opendir("/proc") else { return [] }
        defer { closedir(directory) }
        var children: [EndedChild] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard let pid = pid_t(name), let status = HostFile.text("/proc/\(pid)/stat", limit: 4096) else { continue }
            if let child = parse(status, pid: pid, parent: parent, session: session) { children.append(child) }
        }
        return children
    }

    /// Reads `PID (NAME) STATE PARENT GROUP SESSION …`; the name may hold spaces and parentheses.
    private static func parse(_ status: String, pid: pid_t, parent: pid_t, session: pid_t) -> EndedChild? {
        guard let open = status.firstIndex(of: "("), let close = status.lastIndex(of: ")"), open < close else {
            return nil
        }
        let isQEMU = status[status.index(after: open)..<close].hasPrefix("qemu-system")
        let fields = status[status.index(after: close)...].split(separator: " ", maxSplits: 4)
        // The state, the parent, the group and the session come first.
        guard fields.count == 5, fields[0] == "Z", pid_t(fields[1]) == parent, let its = pid_t(fields[3]) else {
            return nil
        }
        return EndedChild(pid: pid, isAdopted: its != session && (its != pid || isQEMU))
    }
}
