public import Basics
import Dispatch
import Glibc

extension LabRun {
    /// Becomes a command inside a host's namespace: terminal, streams and exit code are the command's own.
    ///
    /// The command finds the host's peer through `SKEIN_SOCKET`. Returns only by throwing.
    /// - Parameter host: a peer's name or a path `site/rack/host`.
    public func become(_ command: [String], host: String, lab: String? = nil) throws(SkeinError) -> Never {
        let process = try hostProcess(command, host: host, lab: lab)
        try process.become(command, doing: "running \(command[0]) on \(host)")
    }

    /// Runs a command inside a host's namespace with our streams and returns its exit code (128 + n after signal n).
    public func run(_ command: [String], host: String, lab: String? = nil) async throws(SkeinError) -> Int32 {
        let process = try hostProcess(command, host: host, lab: lab)
        let child = try process.start(command, doing: "running \(command[0]) on \(host)")
        return await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                var status: Int32 = 0
                while waitpid(child, &status, 0) < 0, errno == EINTR {}
                let signal = status & 0x7F
                continuation.resume(returning: signal == 0 ? status >> 8 & 0xFF : 128 + signal)
            }
        }
    }

    private func hostProcess(_ command: [String], host: String, lab: String?) throws(SkeinError) -> HostProcess {
        let doing = "running a command on \(host)"
        guard !command.isEmpty else {
            throw SkeinError(.usage, doing: doing, cause: "no command is given", next: "skein lab exec HOST -- COMMAND")
        }
        try Self.requireRoot(doing: doing)
        let name = try registry.resolve(lab, doing: doing)
        let record = try record(of: name, doing: doing)
        let entry = record.hosts[try LabRun.number(of: host, in: record, doing: doing)]
        guard access(NetworkPlan.path(ofNamespace: entry.namespace), F_OK) == 0 else {
            throw SkeinError(
                .notFound, doing: doing, cause: "the namespace of \(host) is gone", next: "skein lab down \(name)")
        }
        return HostProcess(namespace: entry.namespace, labID: record.id, socket: entry.socket)
    }
}
