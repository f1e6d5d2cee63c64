import Basics
import Glibc

/// Starts programs inside a host's namespace.
struct HostProcess: Sendable {
    let namespace: String
    let labID: String
    let socket: String

    /// POSIX_SPAWN_SETSID of glibc, which its Swift module does not show.
    private static let newSession: Int32 = 0x80

    /// The command line that runs a command in the namespace.
    func arguments(_ command: [String]) -> [String] {
        ["nsenter", "--net=\(NetworkPlan.path(ofNamespace: namespace))", "--"] + command
    }

    /// The environment of this process with what a host's programs need to know.
    var environment: [String] {
        var entries: [String] = []
        var next = environ
        while let entry = next.pointee {
            let text = String(cString: entry)
            if !text.hasPrefix("\(LabProcesses.variable)="), !text.hasPrefix("SKEIN_SOCKET=") { entries.append(text) }
            next += 1
        }
        return entries + ["\(LabProcesses.variable)=\(labID)", "SKEIN_SOCKET=\(socket)"]
    }

    /// Starts a program that outlives this process: a session of its own, no terminal, output to a log.
    ///
    /// It gets a mount namespace of its own that sees our mounts and keeps its own to itself, so that what it mounts
    /// goes away with it.
    func startDetached(_ command: [String], log: String, doing: String) throws(SkeinError) -> Int32 {
        try spawn(
            arguments(["unshare", "--mount", "--propagation", "slave", "--"] + command), log: log, doing: doing)
    }

    /// Starts a program that uses our terminal and streams.
    func start(_ command: [String], doing: String) throws(SkeinError) -> Int32 {
        try spawn(arguments(command), log: nil, doing: doing)
    }

    /// Becomes the program: returns only on failure.
    func become(_ command: [String], doing: String) throws(SkeinError) -> Never {
        let path = try Self.nsenter(doing: doing)
        withCStrings(arguments(command)) { arguments in
            withCStrings(environment) { _ = execve(path, arguments, $0) }
        }
        throw Files.failure(path, doing: doing)
    }

    private func spawn(_ arguments: [String], log: String?, doing: String) throws(SkeinError) -> Int32 {
        let path = try Self.nsenter(doing: doing)
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        var flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK
        var none = sigset_t()
        var all = sigset_t()
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        if let log {
            flags |= Self.newSession
            posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
            posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
            posix_spawn_file_actions_adddup2(&actions, 1, 2)
        }
        // What somebody left open in this process (a jobserver's pipe) must not be held open by a peer.
        for name in Files.names(in: "/proc/self/fd") {
            if let descriptor = Int32(name), descriptor > 2 { posix_spawn_file_actions_addclose(&actions, descriptor) }
        }
        posix_spawnattr_setflags(&attributes, Int16(flags))
        var process: pid_t = 0
        let status = withCStrings(arguments) { arguments in
            withCStrings(environment) { posix_spawn(&process, path, &actions, &attributes, arguments, $0) }
        }
        guard status == 0 else {
            throw SkeinError(.tool, doing: doing, cause: "\(path): \(String(cString: strerror(status)))")
        }
        return process
    }

    private static func nsenter(doing: String) throws(SkeinError) -> String {
        guard let path = Tool.find("nsenter"), Tool.find("unshare") != nil else {
            throw SkeinError(
                .resources, doing: doing, cause: "the programs nsenter and unshare are not installed",
                next: "install the package util-linux")
        }
        return path
    }

    private func withCStrings<Result>(
        _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let copies = strings.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        return body(copies + [nil])
    }
}
