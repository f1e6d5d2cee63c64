public import Basics

/// The nodes of this host: starts, lists and ends them through an embedded libvirt.
///
/// Domains are transient and live on when this process ends in whatever way; opening the same root again finds them.
/// One process has one root for its whole life (it may close and reopen it), and one root one process.
public final class Hypervisor: Sendable {
    private let connection: LibvirtConnection
    private let pool: WorkerPool
    private let relay: EventRelay<NodeEvent>
    private let options: HypervisorOptions

    /// Opens the root; `.conflict` at once when another process, or this one, has it open.
    public static func open(_ options: HypervisorOptions) async throws(SkeinError) -> Hypervisor {
        let root = try EmbedRoot(options)
        let doing = "opening the hypervisor in \(options.root)"
        guard HostFile.exists(options.emulator) else {
            throw SkeinError(
                .notFound, doing: doing, cause: "\(options.emulator) is not there",
                next: "apt-get install qemu-system-x86")
        }
        guard options.user.mayUseKVM else {
            throw SkeinError(
                .permission, doing: doing, cause: "the user of QEMU (\(options.user.uid)) may not open /dev/kvm",
                next: "chgrp kvm /dev/kvm && chmod 660 /dev/kvm, and put the user into the group kvm")
        }
        if options.adoptsGuests { Subreaper.start() }
        let pool = WorkerPool(threads: options.workers, waiting: LauncherLimits.waitingCalls)
        let relay = EventRelay<NodeEvent>(limit: LauncherLimits.waitingEvents)
        let connection = try await pool.run(doing: doing) {
            LibvirtConnection.open(root, relay: relay)
        }
        return Hypervisor(connection, pool: pool, relay: relay, options: options)
    }

    private init(
        _ connection: LibvirtConnection, pool: WorkerPool, relay: EventRelay<NodeEvent>, options: HypervisorOptions
    ) {
        self.connection = connection
        self.pool = pool
        self.relay = relay
        self.options = options
    }

    /// Starts a node whose directory ``NodeDirectory/prepare(_:seed:disk:user:)`` made. Returns when QEMU runs it.
    ///
    /// `.conflict` when a node of this name runs already; the files stay as they are on failure.
    public func start(_ plan: NodePlan, accelerator: Accelerator) async throws(SkeinError) {
        let doing = "starting \(plan.name)"
        for path in [plan.kernel, plan.baseDisk, plan.files.overlay, plan.files.seed] + (plan.initrd.map { [$0] } ?? [])
        where HostFile.size(of: path) == nil {
            throw SkeinError(.notFound, doing: doing, cause: "the file \(path) is not there")
        }
        let xml = DomainXML.text(plan, accelerator: accelerator, emulator: options.emulator)
        try await pool.run(doing: doing) { [connection] in connection.create(xml: xml, doing: doing) }
    }

    /// The nodes that are there now, by name. Domains with names of another form are left out.
    public func list() async throws(SkeinError) -> [RunningNode] {
        let doing = "listing the nodes of this host"
        return try await pool.run(doing: doing) { [connection] in connection.list(doing: doing) }.sorted {
            $0.name < $1.name
        }
    }

    /// Ends a node at once, as pulling the plug does. A node that is not there is success.
    public func destroy(_ name: NodeName) async throws(SkeinError) {
        let doing = "ending \(name)"
        try await pool.run(doing: doing) { [connection] in connection.destroy(name, doing: doing) }
    }

    /// Presses the guest's power button: a guest that listens turns itself off, and an event says so.
    public func pressPowerButton(_ name: NodeName) async throws(SkeinError) {
        let doing = "asking \(name) to shut down"
        try await pool.run(doing: doing) { [connection] in connection.shutDown(name, doing: doing) }
    }

    public func isRunning(_ name: NodeName) async throws(SkeinError) -> Bool {
        let doing = "looking for \(name)"
        return try await pool.run(doing: doing) { [connection] in connection.isRunning(name, doing: doing) }
    }

    /// What happens to nodes from now on. Bounded: a reader that lags by more than ``LauncherLimits/waitingEvents``
    /// loses the oldest events, so compare with ``list()`` now and then.
    public func events() -> AsyncStream<NodeEvent> { relay.stream() }

    /// How many events slow readers lost.
    public var lostEvents: Int { relay.lost }

    /// Lets go of the root. Nodes run on. Calls after it fail with `.cancelled`; closing twice is fine.
    public func close() async {
        relay.finish()
        // Only a full queue refuses this; then the connection closes with this object.
        try? await pool.run(doing: "closing the hypervisor") { [connection] in .success(connection.close()) }
    }
}
