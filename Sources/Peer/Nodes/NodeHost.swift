import Basics
import Glibc
import ImageStore
import Launcher
import Logging

/// The nodes of this host: starts them from installed images, follows them to READY, re-attaches them after a crash of
/// the peer, removes them without a trace.
actor NodeHost {
    private let store: LocalStore
    private let workers: WorkerPool
    private let hypervisor: Hypervisor
    private let watcher = NodeWatcher()
    private let proof: AcceleratorProof
    private let configuration: PeerConfiguration
    private let logger: Logger
    private let changed: @Sendable () -> Void
    private var nodes: [NodeName: NodeRecord] = [:]
    private var watching: Task<Void, Never>?
    private var ending: Task<Void, Never>?

    /// How often a booting node is looked at.
    private static let lookInterval = Duration.milliseconds(200)
    /// Console lines that an error shows.
    private static let errorLines = 8
    /// Memory that stays with the host when the capacity is not configured.
    private static let reserve = ByteCount.mebibytes(512)

    init(
        store: LocalStore, workers: WorkerPool, hypervisor: Hypervisor, proof: AcceleratorProof,
        configuration: PeerConfiguration, logger: Logger, changed: @escaping @Sendable () -> Void
    ) {
        self.store = store
        self.workers = workers
        self.hypervisor = hypervisor
        self.proof = proof
        self.configuration = configuration
        self.logger = logger
        self.changed = changed
    }

    // MARK: Life

    /// Finds the nodes of an earlier life of this peer: those that run are re-attached, the others are shown as stopped.
    func recover() async throws {
        let store = store
        let kept = try await workers.run { try store.state.records(kind: NodeRecord.kind) }
        let running = try await hypervisor.list()
        for item in kept {
            guard var record = try? JSON.decode(NodeRecord.self, from: item.bytes, "a node record"),
                let name = record.name
            else { continue }
            if running.contains(where: { $0.name == name }) {
                record.failure = nil
                logger.info("re-attached \(name)")
            } else if record.failure == nil {
                record.failure = "its VM ended while the peer was down"
            }
            nodes[name] = record
            watcher.watch(name, directory: directory(name))
        }
        for domain in running where nodes[domain.name] == nil {
            // A start that was killed before its record was complete, or a removal after its record was gone.
            logger.warning("ending \(domain.name), of which there is no record")
            try await hypervisor.destroy(domain.name)
        }
        let watcher = watcher
        watching = Task { await watcher.run() }
        let events = hypervisor.events()
        ending = Task { [weak self] in
            for await event in events where event.isEnd { await self?.ended(event) }
        }
        changed()
    }

    /// Lets go of the nodes; they run on.
    func close() async {
        watching?.cancel()
        ending?.cancel()
        await hypervisor.close()
    }

    /// A guest turned itself off, crashed, or its QEMU died.
    private func ended(_ event: NodeEvent) async {
        guard let record = nodes[event.name], record.failure == nil,
            DomainUUID(parsing: record.order.uuid) == event.uuid
        else { return }
        logger.warning("the VM of \(event.name) ended: \(event.kind.rawValue)")
        nodes[event.name]?.failure = "its VM ended (\(event.kind.rawValue))"
        try? await save(event.name)
        changed()
    }

    // MARK: Room

    var nodeCount: Int { nodes.count }

    /// What new nodes may use.
    var freeMemory: ByteCount {
        let used = nodes.values.reduce(Int64(0)) { $0 + ($1.failure == nil ? $1.order.memoryMiB : 0) }
        if let memory = configuration.memory { return memory - .mebibytes(used) }
        let available = HostMemory.available() ?? ByteCount(bytes: 0)
        return max(ByteCount(bytes: 0), available - NodeHost.reserve)
    }

    var totalMemory: ByteCount { configuration.memory ?? HostMemory.total() ?? ByteCount(bytes: 0) }

    // MARK: Starting

    /// Starts nodes and returns when each is READY or has failed; `emit` hears of every new phase.
    func start(_ order: NodesOrder, emit: @escaping @Sendable (NodeRow) -> Void) async throws -> [NodeRow] {
        guard order.isSane else {
            throw SkeinError(.usage, doing: "starting nodes on \(configuration.name)", cause: "the order is malformed")
        }
        for node in order.nodes {
            let name = try NodeName(cluster: order.cluster, node: node.name)
            if nodes[name] != nil {
                throw SkeinError(
                    .conflict, doing: "starting \(name)", cause: "host \(configuration.name) has it already",
                    next: "skein down \(order.cluster)")
            }
        }
        let needed = order.nodes.reduce(Int64(0)) { $0 + $1.memoryMiB }
        guard freeMemory.mebibytes >= needed else {
            throw SkeinError(
                .resources, doing: "starting \(order.nodes.count) nodes on \(configuration.name)",
                cause: "they need \(needed) MiB of memory and \(freeMemory) is free")
        }
        for node in order.nodes {
            let name = try NodeName(cluster: order.cluster, node: node.name)
            var kept = node
            kept.seed = []
            nodes[name] = NodeRecord(
                cluster: order.cluster, generation: order.generation, order: kept, accelerator: nil,
                startedAt: WallClock.unixSeconds(), failure: nil)
        }
        changed()
        return await withTaskGroup(of: NodeRow.self) { group in
            for node in order.nodes {
                group.addTask { await self.bring(node, of: order, emit: emit) }
            }
            var rows: [NodeRow] = []
            for await row in group { rows.append(row) }
            return rows.sorted { $0.node < $1.node }
        }
    }

    private func bring(_ node: NodeOrder, of order: NodesOrder, emit: @Sendable (NodeRow) -> Void) async -> NodeRow {
        do {
            let name = try NodeName(cluster: order.cluster, node: node.name)
            emit(row(name))
            try await boot(node, name, order.generation)
            emit(row(name))
            try await waitReady(
                name, order.generation, patience: .seconds(Int64(max(5, order.noProgressSeconds))), emit: emit)
            return row(name)
        } catch {
            return await failed(node, order, error)
        }
    }

    /// Fails when the node was removed, or another `up` made one of its name.
    private func checkWanted(_ name: NodeName, _ generation: String) throws(SkeinError) {
        guard nodes[name]?.generation == generation else {
            throw SkeinError(.cancelled, doing: "starting \(name)", cause: "it was removed")
        }
    }

    private func boot(_ node: NodeOrder, _ name: NodeName, _ generation: String) async throws {
        let doing = "starting \(name)"
        guard let image = ImageID(hex: node.image), let uuid = DomainUUID(parsing: node.uuid),
            let mac = MACAddress(parsing: node.mac)
        else { throw SkeinError(.usage, doing: doing, cause: "the order is malformed") }
        let store = store
        guard let assembled = try await workers.run({ try store.assembled(image) }), let kernel = assembled.kernel
        else {
            throw SkeinError(
                .notFound, doing: doing, cause: "image \(image.short) is not assembled here, or has no kernel")
        }
        let seed = try node.seed.map(NodeHost.entry)
        let plan = try NodePlan(
            name: name, uuid: uuid, memory: .mebibytes(node.memoryMiB), vcpus: node.vcpus, baseDisk: assembled.disk,
            kernel: kernel, initrd: assembled.initrd, commandLine: assembled.commandLine, directory: directory(name),
            diskSize: node.diskBytes.map(ByteCount.init(bytes:)), mac: mac)
        let accelerator = try await proof.prove(kernel: kernel, choice: configuration.accelerator).accelerator
        try checkWanted(name, generation)
        nodes[name]?.accelerator = accelerator.description
        try await save(name)
        try makeDirectory("\(configuration.stateDirectory)/nodes")
        try makeDirectory("\(configuration.stateDirectory)/nodes/\(name.cluster)")
        try await NodeDirectory.prepare(plan, seed: seed)
        try checkWanted(name, generation)
        try await hypervisor.start(plan, accelerator: accelerator)
        guard nodes[name]?.generation == generation else {
            // It was removed while libvirt started it: what came up after the removal goes as well.
            if nodes[name] == nil {
                try? await hypervisor.destroy(name)
                try? NodeDirectory.remove(directory(name))
            }
            throw SkeinError(.cancelled, doing: doing, cause: "it was removed")
        }
        nodes[name]?.startedAt = WallClock.unixSeconds()
        try await save(name)
        watcher.watch(name, directory: directory(name))
    }

    /// Waits until the guest says it is done, as long as it moves on: a new phase or a longer console.
    private func waitReady(
        _ name: NodeName, _ generation: String, patience: Duration, emit: @Sendable (NodeRow) -> Void
    ) async throws {
        var lastPhase: GuestPhase?
        let clock = ProgressClock()
        var looks = 0
        while true {
            let phase = watcher.progress(of: name)?.phase
            if phase != lastPhase {
                lastPhase = phase
                emit(row(name))
            }
            if phase == .done { return }
            clock.touch(
                Int64(phase.map { GuestPhase.allCases.firstIndex(of: $0) ?? 0 } ?? -1) << 48 | consoleSize(name))
            looks += 1
            if looks.isMultiple(of: 10), try await !hypervisor.isRunning(name) {
                throw bootFailure(name, "its VM ended")
            }
            try checkWanted(name, generation)
            if clock.idle > patience {
                throw bootFailure(name, "it made no progress for \(Int(patience.inSeconds)) s")
            }
            try await Task.sleep(for: NodeHost.lookInterval)
        }
    }

    private func bootFailure(_ name: NodeName, _ what: String) -> SkeinError {
        let lines = watcher.lastConsoleLines(name, NodeHost.errorLines)
        let trouble = ConsoleTail.trouble(in: lines).map { " (\($0.meaning))" } ?? ""
        let shown =
            lines.isEmpty ? "its console is empty" : "its console ends with:\n    " + lines.joined(separator: "\n    ")
        return SkeinError(
            .tool, doing: "booting \(name)", cause: "\(what)\(trouble); \(shown)",
            next: "skein logs \(name.cluster)/\(name.node)")
    }

    private func failed(_ node: NodeOrder, _ order: NodesOrder, _ error: any Error) async -> NodeRow {
        let wrapped = SkeinError.wrap(error, doing: "starting node \(node.name) of cluster \(order.cluster)")
        guard let name = try? NodeName(cluster: order.cluster, node: node.name),
            nodes[name]?.generation == order.generation
        else {
            return NodeRow(
                cluster: order.cluster, node: node.name, role: node.role, host: configuration.name, phase: "failed",
                isReady: false,
                address: node.address, vcpus: node.vcpus, memoryMiB: node.memoryMiB, reason: wrapped.description)
        }
        logger.warning("\(wrapped)")
        nodes[name]?.failure = String("\(wrapped.doing): \(wrapped.cause)".prefix(PeerLimits.reasonCharacters))
        // Not cancelled with the request: a node that counts as failed must not run, and its record must say so.
        await Task {
            try? await self.hypervisor.destroy(name)
            try? await self.save(name)
        }.value
        return row(name)
    }

    private static func entry(_ file: SeedFile) throws(SkeinError) -> SeedEntry {
        guard let content = file.content else {
            return try .directory(file.path, mode: file.mode, uid: file.uid, gid: file.gid)
        }
        return try SeedEntry(
            path: file.path, kind: .file(JSON.fromBase64(content) ?? []), mode: file.mode, uid: file.uid, gid: file.gid)
    }

    // MARK: Showing

    func rows() -> [NodeRow] { nodes.keys.sorted().map(row) }

    private func row(_ name: NodeName) -> NodeRow {
        guard let record = nodes[name] else {
            return NodeRow(
                cluster: name.cluster, node: name.node, role: "", host: configuration.name, phase: "gone",
                isReady: false,
                address: "", vcpus: 0, memoryMiB: 0)
        }
        let phase = watcher.progress(of: name)?.phase
        let isDown = record.failure != nil
        let uptime = Double(WallClock.unixSeconds()) - Double(record.startedAt)
        return NodeRow(
            cluster: record.cluster, node: record.order.name, role: record.order.role, host: configuration.name,
            phase: isDown ? "failed" : phase?.rawValue ?? "starting", isReady: !isDown && phase == .done,
            address: record.order.address, vcpus: record.order.vcpus, memoryMiB: record.order.memoryMiB,
            accelerator: record.accelerator, image: record.order.image, uptime: isDown ? nil : max(0, uptime),
            reason: record.failure)
    }

    /// Images that nodes here stand on.
    var imagesInUse: Set<String> { Set(nodes.values.map(\.order.image)) }

    func console(_ call: ConsoleCall) async throws -> ConsolePiece {
        let name = try NodeName(cluster: call.cluster, node: call.node)
        guard nodes[name] != nil else {
            throw SkeinError(
                .notFound, doing: "reading the console of \(name)", cause: "it is not on \(configuration.name)")
        }
        let path = NodeFiles(directory: directory(name)).console
        return try await workers.run { try ConsoleFile.read(path, from: call.offset) }
    }

    private func consoleSize(_ name: NodeName) -> Int64 {
        var status = stat()
        return stat(NodeFiles(directory: directory(name)).console, &status) == 0 ? Int64(status.st_size) : 0
    }

    // MARK: Removing

    /// Ends and removes nodes of a cluster; how many there were.
    func remove(_ order: RemoveOrder) async throws -> Int {
        let cluster = order.cluster
        // The name comes from outside and stands in a path below.
        _ = try NodeName(cluster: cluster, node: "any")
        let names = nodes.keys.filter { name in
            name.cluster == cluster && (order.generation == nil || nodes[name]?.generation == order.generation)
        }.sorted()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for name in names { group.addTask { try await self.remove(name) } }
            try await group.waitForAll()
        }
        _ = rmdir("\(configuration.stateDirectory)/nodes/\(cluster)")
        changed()
        return names.count
    }

    private func remove(_ name: NodeName) async throws {
        let key = nodes[name]?.key ?? "\(name.cluster)/\(name.node)"
        try await hypervisor.destroy(name)
        watcher.forget(name)
        try NodeDirectory.remove(directory(name))
        nodes[name] = nil
        try await removeRecord(key)
    }

    // MARK: Files

    private func directory(_ name: NodeName) -> String {
        "\(configuration.stateDirectory)/nodes/\(name.cluster)/\(name.node)"
    }

    private func makeDirectory(_ path: String) throws {
        guard mkdir(path, 0o711) == 0 || errno == EEXIST else {
            throw SkeinError(.resources, doing: "making \(path)", cause: String(cString: strerror(errno)))
        }
    }

    private func save(_ name: NodeName) async throws {
        guard let record = nodes[name] else { return }
        let store = store
        let bytes = JSON.encode(record)
        try await workers.run { try store.state.setRecord(kind: NodeRecord.kind, name: record.key, bytes: bytes) }
        // It may have been removed while this was written: the record must not outlive the node.
        if nodes[name] == nil { try await removeRecord(record.key) }
    }

    /// Not cancelled with the request that removes: a record without its node would come back at the next start.
    private func removeRecord(_ key: String) async throws {
        let store = store
        let workers = workers
        try await Task { try await workers.run { try store.state.removeRecord(kind: NodeRecord.kind, name: key) } }
            .value
    }
}
