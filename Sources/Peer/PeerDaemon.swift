import Basics
import Glibc
import Gossip
import ImageStore
import Launcher
public import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Trust
import UnixSignals

/// The peer of one host: opens what it needs, joins, serves until it is told to stop, and leaves everything durable.
public struct PeerDaemon: Sendable {
    private let configuration: PeerConfiguration
    private let logger: Logger

    public init(configuration: PeerConfiguration, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
    }

    /// Runs until SIGTERM or SIGINT, then says goodbye to the other peers. Its VMs run on.
    ///
    /// - Throws: `SkeinError` when something it needs is not to be had: another peer on the same state directory, an
    ///   address that is taken, no root.
    public func run() async throws {
        try checkPrivileges()
        try makeDirectories()
        let membership = try SiteKeeper.load(configuration, logger: logger)
        let store = try LocalStore.open(directory: "\(configuration.stateDirectory)/store")
        defer { store.close() }
        if !store.recovery.isClean { logger.notice("the store was repaired: \(store.recovery)") }
        try await ImageBuilder.sweep(workDirectory: configuration.buildDirectory)
        let hypervisor = try await Hypervisor.open(HypervisorOptions(root: "\(configuration.stateDirectory)/virt"))
        let workers = WorkerPool(threads: PeerLimits.workers, niceness: PeerLimits.workerNiceness)
        let jobs = WorkerPool(threads: PeerLimits.jobs)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let parts = try await assemble(membership, store, hypervisor, workers, jobs, group.next())
        do {
            try await serve(parts, membership)
        } catch {
            await parts.nodeHost.close()
            try? await group.shutdownGracefully()
            throw error
        }
        await parts.nodeHost.close()
        await workers.shutDown()
        await jobs.shutDown()
        try await group.shutdownGracefully()
    }

    /// The parts of a running peer.
    private struct Parts: Sendable {
        let plane: DataPlaneHandle
        let gossip: GossipHandle
        let nodeHost: NodeHost
        let installs: InstallService
        let operations: ControlOperations
        let pulse: PulseReporter
        /// Binds both sockets.
        let open: @Sendable () async throws -> Void
        /// Leaves and closes both sockets.
        let close: @Sendable () async -> Void
    }

    private func serve(_ parts: Parts, _ membership: PeerMembership) async throws {
        try await parts.nodeHost.recover()
        try await waitAtGate()
        try await parts.open()
        await parts.installs.resume()
        logger.info(
            "peer \(configuration.name) (\(membership.peerID.short)) of site \(membership.siteFile.siteName) listens on \(configuration.listen), control socket \(configuration.socketPath)"
        )
        let server = ControlServer(operations: parts.operations, socketPath: configuration.socketPath, logger: logger)
        var services = ServiceGroupConfiguration(
            // They stop from the last to the first: open requests end while other peers can still be reached.
            services: [
                .init(service: MembershipPresence(close: parts.close)), .init(service: parts.pulse),
                .init(
                    service: GossipKeys(
                        configuration: configuration, siteFile: membership.siteFile, gossip: parts.gossip,
                        logger: logger)),
                .init(service: server),
            ],
            gracefulShutdownSignals: [.sigterm, .sigint], logger: quietLogger)
        services.maximumGracefulShutdownDuration = .seconds(PeerLimits.shutdownSeconds)
        let group = ServiceGroup(configuration: services)
        try await group.run()
        logger.info("peer \(configuration.name) stopped; its VMs run on")
    }

    /// Waits until the file is there that the configuration names as the gate.
    private func waitAtGate() async throws {
        guard let gate = configuration.startGate, access(gate, F_OK) != 0 else { return }
        logger.debug("waiting for \(gate) before joining")
        // Whoever opens the gate can see who stands before it.
        let sign = "\(gate).\(configuration.name)"
        let descriptor = open(sign, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        if descriptor >= 0 { Glibc.close(descriptor) }
        defer { unlink(sign) }
        while access(gate, F_OK) != 0 { try await Task.sleep(for: .milliseconds(100)) }
    }

    private var quietLogger: Logger {
        var quiet = logger
        quiet.logLevel = .warning
        return quiet
    }

    private func assemble(
        _ membership: PeerMembership, _ store: LocalStore, _ hypervisor: Hypervisor, _ workers: WorkerPool,
        _ jobs: WorkerPool, _ loop: any EventLoop
    ) async throws -> Parts {
        let configuration = configuration
        let logger = logger
        let addresses = try AddressBook.resolve(configuration)
        let memory = UInt32(clamping: (configuration.memory ?? HostMemory.available() ?? ByteCount(bytes: 0)).mebibytes)
        // What the first report will say as well: another pulse of every peer would follow at once.
        let total = (configuration.memory ?? HostMemory.total() ?? ByteCount(bytes: 0)).mebibytes
        var firstPulse = Pulse(
            freeMemoryMiB: memory, totalMemoryMiB: UInt32(clamping: total),
            vcpus: UInt16(clamping: sysconf(Int32(_SC_NPROCESSORS_ONLN))))
        firstPulse.version = PeerVersion.number
        // Once here, so that a store that cannot be written ends the start with its error.
        let firstEpoch = try UInt32(truncatingIfNeeded: store.state.nextIncarnation())
        let epochs: @Sendable (UInt32) -> UInt32 = { above in
            let raised = try? store.state.nextIncarnation(above: UInt64(max(above, firstEpoch)))
            return UInt32(truncatingIfNeeded: raised ?? UInt64(max(above, firstEpoch)) + 1)
        }
        let relay =
            configuration.segments == .sites
            ? SiteRelay(ownID: membership.peerID, site: configuration.site, gateways: addresses.gateways) : nil
        let card = Card(
            addresses: [addresses.advertised], name: configuration.name, site: configuration.site,
            rack: configuration.rack, certificate: membership.siteFile.chain.encoded())
        let pulseOfStart = firstPulse
        let ring = try GossipKeys.load(configuration, membership.siteFile)
        let (plane, gossip, bandwidth) = try await loop.submit {
            () -> (DataPlaneHandle, GossipHandle, BandwidthHandle) in
            let plane = DataPlane(loop: loop, store: store, workers: workers, logger: logger, membership: membership)
            let service = GossipService(
                loop: loop, workers: workers, logger: logger, membership: membership, ring: ring, card: card,
                pulse: pulseOfStart, epochs: epochs, relay: relay)
            plane.addressOf = { [unowned service] peer in
                service.address(of: peer).flatMap { SocketAddress($0) }
            }
            plane.onSessionLost = { [unowned service] peer in service.lostContact(peer) }
            plane.onGossip = { [unowned service] peer, message in service.received(message, over: peer) }
            service.sendStreamed = { [unowned plane] route, message in
                switch route {
                case .stream(let peer): plane.sendGossip(message, to: peer)
                case .dial(let address): plane.sendGossip(message, toAnyAt: address)
                case .datagram: break
                }
            }
            let bandwidth = BandwidthService(
                plane: plane, logger: logger, seed: UInt64.random(in: .min ... .max),
                members: { [unowned service] in service.members })
            bandwidth.links = LinkProbes(
                plane: plane, bandwidth: bandwidth, gossip: service, logger: logger,
                seed: UInt64.random(in: .min ... .max))
            plane.bandwidth = bandwidth
            bandwidth.limits = (configuration.limits.up, configuration.limits.down)
            plane.arbiter = LinkArbiter(
                plane, limits: bandwidth.limits,
                traffic: SocketAddress(addresses.advertised).flatMap { HostTraffic(carrying: $0) })
            service.onEvent = { [unowned bandwidth, unowned plane] event in
                bandwidth.memberEvent(event)
                switch event {
                case .dead(let peer): plane.died(peer)
                case .echoed(let peer, let roundTrip): plane.echoed(peer, after: roundTrip)
                default: break
                }
            }
            plane.askEcho = { [unowned service] peer in service.askEcho(of: peer) }
            return (
                DataPlaneHandle(plane), GossipHandle(service, loop: loop, own: membership.peerID),
                BandwidthHandle(bandwidth, loop: loop)
            )
        }.get()
        let proof = AcceleratorProof(cacheFile: PeerConfiguration.acceleratorFile)
        let pulse = PulseReporter(gossip: gossip, store: store, workers: workers, bandwidth: bandwidth)
        let changed: @Sendable () -> Void = { pulse.wake() }
        let recipes = RecipeAnnouncer(
            store: store, workers: workers, membership: membership, gossip: gossip, logger: logger)
        let holdingsChanged: @Sendable () -> Void = {
            pulse.wake()
            recipes.wake()
        }
        bandwidth.onChange(changed)
        let nodeHost = NodeHost(
            store: store, workers: workers, hypervisor: hypervisor, proof: proof, configuration: configuration,
            logger: logger, changed: changed)
        await pulse.follow(nodeHost)
        let installs = InstallService(
            store: store, workers: workers, jobs: jobs, plane: plane, membership: membership, logger: logger,
            holdingsChanged: holdingsChanged)
        let router = RequestRouter(
            installs: installs,
            orders: OrderService(
                own: membership.peerID, site: membership.siteFile.site, now: WallClock.unixSeconds,
                install: { try await installs.install($0, onProgress: $1) }, ask: plane.orders),
            nodeHost: nodeHost,
            grants: GrantService(store: store, workers: workers, membership: membership, gossip: gossip),
            flows: FlowAnswerer(store: store, workers: workers, plane: plane, installs: installs))
        try await plane.call { $0.serve = { try await router.serve($0, $1, $2) } }
        let operations = self.operations(
            membership, store, workers, jobs, plane, gossip, nodeHost, installs, proof, holdingsChanged)
        recipes.wake()
        return Parts(
            plane: plane, gossip: gossip, nodeHost: nodeHost, installs: installs, operations: operations, pulse: pulse,
            open: {
                try await plane.listen(addresses.listen)
                try await gossip.join(listen: addresses.listen, seeds: addresses.seeds)
                if let rates = configuration.rates {
                    bandwidth.declare(rates.own)
                    let links = rates.observations(
                        site: configuration.site, rack: configuration.rack, now: WallClock.unixSeconds())
                    if !links.all.isEmpty { gossip.announce(.linkObservations, item: 0, links.encoded()) }
                } else if configuration.probes {
                    bandwidth.start()
                }
            },
            close: {
                await gossip.leave()
                plane.post { $0.stop() }
            })
    }

    private func operations(
        _ membership: PeerMembership, _ store: LocalStore, _ workers: WorkerPool, _ jobs: WorkerPool,
        _ plane: DataPlaneHandle,
        _ gossip: GossipHandle, _ nodeHost: NodeHost, _ installs: InstallService, _ proof: AcceleratorProof,
        _ holdingsChanged: @escaping @Sendable () -> Void
    ) -> ControlOperations {
        let builder = ImageBuilder(
            configuration: BuildConfiguration(
                workDirectory: configuration.buildDirectory, networkNamespace: configuration.buildNetworkNamespace,
                logDirectory: "\(configuration.stateDirectory)/log"))
        let coordinator = InstallCoordinator(
            store: store, workers: workers, plane: plane, membership: membership, gossip: gossip, installs: installs,
            logger: logger)
        let directory = NodeFinder(plane: plane, gossip: gossip, nodeHost: nodeHost)
        let images = ImageService(
            store: store, workers: workers, jobs: jobs, membership: membership, plane: plane, gossip: gossip,
            coordinator: coordinator, installs: installs, nodeHost: nodeHost, logger: logger,
            holdingsChanged: holdingsChanged)
        let fetcher = RecipeFetcher(
            store: store, workers: workers, membership: membership, plane: plane, gossip: gossip, installs: installs,
            logger: logger, holdingsChanged: holdingsChanged)
        let builds = ImageBuildService(
            store: store, workers: workers, jobs: jobs, membership: membership, builder: builder,
            fetcher: fetcher, logger: logger, holdingsChanged: holdingsChanged)
        let up = UpService(
            gossip: gossip, plane: plane, builds: builds, coordinator: coordinator, installs: installs,
            nodeHost: nodeHost, directory: directory, images: images, logger: logger)
        let stateDirectory = configuration.stateDirectory
        return ControlOperations(
            configuration: configuration, membership: membership, startedAt: MonotonicClock.now(), plane: plane,
            gossip: gossip, nodeHost: nodeHost, directory: directory, images: images, up: up,
            flows: FlowService(
                store: store, workers: workers, plane: plane, gossip: gossip, installs: installs),
            makeDoctor: {
                let kernel = try? await workers.run {
                    try store.images().lazy.filter(\.isAssembled).compactMap { try? store.assembled($0.id)?.kernel }
                        .first
                }
                return Doctor(directory: stateDirectory, kernel: kernel ?? nil, proof: proof)
            })
    }

    // MARK: The host

    private func checkPrivileges() throws(SkeinError) {
        guard geteuid() == 0 else {
            throw SkeinError(
                .permission, doing: "starting peer \(configuration.name)",
                cause: "it is not run by root, and mounting image disks and starting VMs needs root",
                next: "run it as root: sudo skein peer run")
        }
    }

    private func makeDirectories() throws(SkeinError) {
        for (path, mode) in [
            (configuration.stateDirectory, mode_t(0o711)), (configuration.buildDirectory, 0o700),
            ("\(configuration.stateDirectory)/log", 0o700), (PeerConfiguration.runDirectory, 0o755),
        ] {
            try HostDirectory.make(path, mode: mode)
        }
    }
}

extension PeerConfiguration {
    var buildDirectory: String { "\(stateDirectory)/build" }

    /// What the peers of one machine share until it restarts.
    static let runDirectory = "/run/skein"
    /// Which accelerator boots: a fact of the machine, proven once for all of its peers.
    static let acceleratorFile = "\(runDirectory)/accelerator"
}

/// Leaves the membership when the other services have been told to stop.
private struct MembershipPresence: Service, CustomStringConvertible {
    let description = "membership"
    let close: @Sendable () async -> Void

    func run() async throws {
        try? await gracefulShutdown()
        await close()
    }
}
