import Foundation
import Glibc

/// Finds programs as the shell would.
enum ToolSearch {
    /// Where the system's own tools are, whatever a user's PATH says.
    private static let systemDirectories = ["/usr/local/sbin", "/usr/sbin", "/sbin", "/usr/bin", "/bin"]

    /// The path of a program, or nil.
    static func path(of name: String) -> String? {
        let listed = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
        return (listed + systemDirectories).lazy.map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
    }
}
