/// The one error that reaches people: what was being done, with what, why it failed and what to do next.
public struct SkeinError: Error, Hashable, Sendable {
    /// The kinds of failure that callers tell apart.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// The command line or a file is wrong: exit code 2.
        case usage
        /// The named thing does not exist.
        case notFound = "not-found"
        /// The named thing is there already, or another process holds it.
        case conflict
        /// Root, a group or a certificate role is missing.
        case permission
        /// Disk, memory or another resource does not suffice.
        case resources
        /// Bytes do not match their digest, tag or signature.
        case corrupt
        /// A peer, a server or the network cannot be reached.
        case unreachable
        /// Another program failed; the cause holds its last lines.
        case tool
        /// Some of what was asked for is done, the rest is not: exit code 3.
        case partial
        /// Ctrl-C, or the peer is stopping.
        case cancelled
        /// A defect of ours.
        case `internal`
    }

    public var code: Code
    /// What was being done and with what: `building image base-bookworm`.
    public var doing: String
    /// Why it failed: `no package named openmpi-bim in bookworm`.
    public var cause: String
    /// What the user can do next: `did you mean openmpi-bin?`. Empty when there is nothing to do.
    public var next: String

    public init(_ code: Code, doing: String, cause: String, next: String = "") {
        self.code = code
        self.doing = doing
        self.cause = cause
        self.next = next
    }

    /// The process exit code (0 done, 1 failed, 2 bad usage or file, 3 partly done).
    public var exitCode: Int32 {
        switch code {
        case .usage: 2
        case .partial: 3
        case .notFound, .conflict, .permission, .resources, .corrupt, .unreachable, .tool, .cancelled, .internal: 1
        }
    }
}

extension SkeinError: CustomStringConvertible {
    public var description: String {
        let sentence = "\(doing): \(cause)"
        return next.isEmpty ? sentence : "\(sentence)\n  next: \(next)"
    }
}
