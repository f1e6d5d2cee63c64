public import Basics
import FoundationEssentials
import Glibc

extension LabRun {
    /// Raises the network of a topology file and starts a peer on every host; returns when all see each other.
    ///
    /// On any failure, and when the task is cancelled, everything is taken away again before the error is thrown.
    /// - Parameter name: the lab's name; nil for the topology's name.
    public func up(
        file: String, name: String? = nil, options: LabOptions = LabOptions(),
        progress: @escaping @Sendable (LabProgress) -> Void = { _ in }
    ) async throws(SkeinError) -> LabStatus {
        guard let bytes = Files.read(file, limit: 64 << 20), let text = String(validating: bytes, as: UTF8.self) else {
            // The parser's own loader says what is wrong with the file.
            _ = try Topology.load(path: file)
            throw SkeinError(.usage, doing: "reading \(file)", cause: "the file cannot be read")
        }
        let topology = try Topology.parse(text, file: file)
        try Self.requireRoot(doing: "raising lab \(name ?? topology.name)")
        let lab = name ?? topology.name
        guard LabRegistry.isName(lab) else {
            throw SkeinError(
                .usage, doing: "raising lab \(lab)",
                cause: "the name of a lab has at most \(LabLimits.labNameBytes) letters, digits, - and _",
                next: "choose another with --name")
        }
        var draft = try LabDraft(name: lab, topology: topology, file: file, text: text, paths: paths)
        try draft.check()
        let claim = try registry.reserve(lab)
        defer { claim.release() }
        do throws(SkeinError) {
            try await raise(&draft, options: options, progress: progress)
        } catch {
            // Cleaning up must not be cut short by the cancellation that brought us here.
            let record = draft.record
            let left = await Task { await remove(record) }.value
            guard left.isEmpty else {
                throw SkeinError(
                    error.code, doing: error.doing,
                    cause: "\(error.cause)\nnot removed: \(left.joined(separator: "; "))",
                    next: "skein lab down \(lab)")
            }
            throw error
        }
        return status(of: draft.record, notes: draft.notes)
    }

    private func raise(
        _ draft: inout LabDraft, options: LabOptions, progress: @escaping @Sendable (LabProgress) -> Void
    ) async throws(SkeinError) {
        let doing = "raising lab \(draft.record.name)"
        let count = draft.plan.hosts.count
        try registry.write(draft.record)
        try Files.write(draft.text, to: "\(paths.state(of: draft.record.name))/topology.yaml", doing: doing)
        progress(LabProgress(step: .network, done: 0, total: count))
        try await Emulation(plan: draft.plan, name: draft.record.name).raise { done in
            progress(LabProgress(step: .network, done: done, total: count))
        }
        if options.dropsUDP { try await UDPBlock(namespaces: draft.record.hosts.map(\.namespace)).raise() }
        try await makeDirectories(draft, options: options, doing: doing)
        if Task.isCancelled { throw SkeinError(.cancelled, doing: doing, cause: "interrupted") }
        if options.startsPeers {
            try await makeSite(draft, options: options, doing: doing)
            progress(LabProgress(step: .site, done: count, total: count))
            for number in draft.record.hosts.indices where !options.absent.contains(number) {
                draft.record.hosts[number].process = try startProcess(
                    draft.record.hosts[number], labID: draft.record.id, doing: doing)
                progress(LabProgress(step: .start, done: number + 1, total: count))
            }
            try registry.write(draft.record)
            var present = draft.record
            present.hosts.removeAll { $0.process == nil }
            let wait = PeerWait(record: present, executable: executable, options: options)
            // Peers that join while others still start would make these slow, and would take the slow ones for dead.
            let paths = paths
            try await wait.untilAtGate { Files.exists(paths.waiting($0, of: present.name)) }
            if options.opensGate {
                try openGate(of: draft.record.name)
                try await wait.untilJoined(progress: progress)
            }
        }
        draft.record.phase = .up
        try registry.write(draft.record)
        if Task.isCancelled { throw SkeinError(.cancelled, doing: doing, cause: "interrupted") }
    }

    /// Lets the peers of a lab join that was raised without ``LabOptions/opensGate``.
    ///
    /// - Returns: the instant just before, by the machine's monotonic clock.
    package func openGate(lab name: String) throws(SkeinError) -> Instant {
        let now = LabClock.now()
        try openGate(of: name)
        return now
    }

    private func openGate(of name: String) throws(SkeinError) {
        try Files.write("", to: paths.gate(of: name), doing: "letting the peers of lab \(name) join")
    }

    /// Starts the peer of a host again after it ended; its store is what it was. Returns when its socket answers.
    ///
    /// - Parameter host: a peer's name or a path `site/rack/host`.
    public func startPeer(
        host: String, lab: String? = nil, options: LabOptions = LabOptions()
    ) async throws(SkeinError) {
        let doing = "starting the peer of \(host)"
        try Self.requireRoot(doing: doing)
        let name = try registry.resolve(lab, doing: doing)
        let one = try begin(host, of: name, doing: doing)
        try await PeerWait(record: one, executable: executable, options: options).untilAnswered { _ in }
    }

    /// Starts the process and writes it down; the lab is claimed no longer than that, so peers can start side by side.
    ///
    /// - Returns: the record with this host alone.
    private func begin(_ host: String, of name: String, doing: String) throws(SkeinError) -> LabRecord {
        let claim = try registry.claim(name, doing: doing)
        defer { claim.release() }
        var record = try record(of: name, doing: doing)
        let number = try LabRun.number(of: host, in: record, doing: doing)
        if let process = record.hosts[number].process {
            LabProcesses.reap(process)
            guard !LabRun.isRunning(process, record.hosts[number].namespace) else {
                throw SkeinError(.conflict, doing: doing, cause: "it runs already as process \(process)")
            }
        }
        // A socket that answers must be the new peer's.
        _ = unlink(record.hosts[number].socket)
        record.hosts[number].process = try startProcess(record.hosts[number], labID: record.id, doing: doing)
        try registry.write(record)
        record.hosts = [record.hosts[number]]
        return record
    }

    private func startProcess(_ host: LabRecord.Host, labID: String, doing: String) throws(SkeinError) -> Int32 {
        try HostProcess(namespace: host.namespace, labID: labID, socket: host.socket).startDetached(
            [executable, "peer", "run", "--config", host.configuration], log: host.log, doing: doing)
    }

    private func makeDirectories(_ draft: LabDraft, options: LabOptions, doing: String) async throws(SkeinError) {
        let data = paths.data(of: draft.record.name)
        try Files.makeDirectory(data, mode: 0o711, doing: doing)
        if options.keepsDataInMemory {
            var features = "mode=0711,nosuid,nodev"
            // Large pages where writes are large, as xfs and ext4 have them; a kernel without them refuses the word.
            if Files.exists("/sys/kernel/mm/transparent_hugepage/shmem_enabled") { features += ",huge=always" }
            if let size = options.memoryBytes { features += ",size=\(size)" }
            try await Tool.require("mount", ["-t", "tmpfs", "-o", features, "skein-lab", data], doing: doing)
        }
        for host in draft.record.hosts {
            let own = "\(data)/\(host.name)"
            try Files.makeDirectory(own, mode: 0o711, doing: doing)
            guard options.keepsCopiesOnDisk else { continue }
            let copies = "\(paths.copies(of: draft.record.name))/\(host.name)"
            try Files.makeDirectory(copies, mode: 0o711, doing: doing)
            try Files.makeDirectory("\(own)/store", mode: 0o700, doing: doing)
            guard symlink(copies, "\(own)/store/assembled") == 0 else { throw Files.failure(own, doing: doing) }
        }
    }

    private func makeSite(_ draft: LabDraft, options: LabOptions, doing: String) async throws(SkeinError) {
        let lab = draft.record.name
        let directory = "\(paths.state(of: lab))/site"
        try Files.makeDirectory(directory, mode: 0o700, doing: doing)
        let peers = draft.topology.hosts.flatMap { ["--peer", $0.name] }
        try await Tool.require(
            executable, ["site", "init", "--name", draft.topology.name, "--directory", directory] + peers,
            doing: "making the site of lab \(lab)")
        for host in draft.topology.hosts {
            let entry = draft.record.hosts[host.index]
            let configuration = PeerConfiguration(
                host: host, topology: draft.topology, plan: draft.plan,
                stateDirectory: "\(paths.data(of: lab))/\(host.name)", socket: entry.socket, siteDirectory: directory,
                accelerator: options.accelerator, gate: paths.gate(of: lab),
                probes: options.probes, tellsRates: options.tellsRates, segmentsAreSites: options.segmentsAreSites)
            try Files.write(configuration.yaml, to: entry.configuration, doing: doing)
        }
    }
}
