import Basics
import Foundation
import Launcher

/// The QEMU processes of test guests.
enum GuestProcesses {
    /// Those whose node directory lies below `directory`: none once the node has ended.
    static func below(_ directory: String) async throws -> [pid_t] {
        // The shell and pgrep hold the pattern itself, not what it matches.
        let text = try await HostTool.run(
            "sh", ["-c", "pgrep -f \"$1\" || true", "sh", "qemu-system.* guest=.*[:\"]\(directory)/disk[.]qcow2"],
            doing: "looking for QEMU")
        return text.split(separator: "\n").compactMap { pid_t($0) }
    }

    /// Ends what a failed test left.
    static func end(below directory: String) async throws {
        for pid in try await below(directory) { kill(pid, SIGKILL) }
    }
}
