import Basics
import CLibvirt

/// libvirt's last error on this thread as one of ours.
struct LibvirtFailure {
    let code: UInt32
    let message: String

    /// Call it on the thread of the failed call, before any other call.
    static func last() -> LibvirtFailure {
        guard let error = virGetLastError() else { return LibvirtFailure(code: 0, message: "no reason given") }
        let message = error.pointee.message.map { String(cString: $0) } ?? "no reason given"
        return LibvirtFailure(code: UInt32(bitPattern: error.pointee.code), message: message)
    }

    var isNoDomain: Bool { code == VIR_ERR_NO_DOMAIN.rawValue }
    var isWrongState: Bool { code == VIR_ERR_OPERATION_INVALID.rawValue }

    func error(_ doing: String) -> SkeinError {
        let cause = ConsoleTail.lines(of: Array(message.utf8), count: 8).joined(separator: "; ")
        if isNoDomain { return SkeinError(.notFound, doing: doing, cause: cause) }
        if message.contains("already exists") || message.contains("already active") {
            return SkeinError(
                .conflict, doing: doing, cause: cause, next: "end the node first: skein down, or skein replace")
        }
        if message.contains("already open with path") {
            return SkeinError(
                .conflict, doing: doing, cause: "this process has had another hypervisor root open (\(cause))",
                next: "one process has one root for its whole life: start another process for another root")
        }
        if message.contains("acquire pid file") {
            return SkeinError(
                .conflict, doing: doing, cause: "another process has this hypervisor root open (\(cause))",
                next: "close the other program, or give this peer its own state directory")
        }
        if message.contains("parse user") || message.contains("parse group") {
            return SkeinError(
                .notFound, doing: doing, cause: "libvirt insists on a user and group of that name: \(cause)",
                next: "useradd --system --user-group --no-create-home --shell /usr/sbin/nologin libvirt-qemu")
        }
        if code == VIR_ERR_NO_MEMORY.rawValue || message.contains("Cannot allocate memory") {
            return SkeinError(.resources, doing: doing, cause: cause, next: "end other nodes, or ask for less memory")
        }
        if code == VIR_ERR_OPERATION_DENIED.rawValue || message.contains("Permission denied") {
            return SkeinError(.permission, doing: doing, cause: cause, next: "see `skein doctor`")
        }
        return SkeinError(.tool, doing: doing, cause: "libvirt: \(cause)", next: "see `skein doctor`")
    }
}
