import Basics
import Gossip
import ImageStore
import Launcher
import Logging
import Pipeline
import Trust

/// Carries out `skein up` and `skein down`: file, images, placement, transfer, boot, READY.
///
/// The peer that is asked coordinates; every host works on its own as soon as its image is whole. Whatever fails or is
/// cancelled, no node stays half made.
actor UpService {
    let gossip: GossipHandle
    let plane: DataPlaneHandle
    let builds: ImageBuildService
    let coordinator: InstallCoordinator
    let installs: InstallService
    let nodeHost: NodeHost
    let directory: NodeFinder
    let images: ImageService
    let logger: Logger
    /// Clusters that are being raised or removed.
    private var busy: Set<String> = []

    /// How long a host may take to say how much room it has.
    private static let roomPatience = Duration.seconds(3)

    init(
        gossip: GossipHandle, plane: DataPlaneHandle, builds: ImageBuildService, coordinator: InstallCoordinator,
        installs: InstallService, nodeHost: NodeHost, directory: NodeFinder, images: ImageService,
        logger: Logger
    ) {
        self.gossip = gossip
        self.plane = plane
        self.builds = builds
        self.coordinator = coordinator
        self.installs = installs
        self.nodeHost = nodeHost
        self.directory = directory
        self.images = images
        self.logger = logger
    }

    // MARK: up

    func up(_ request: UpRequest, _ sink: EventSink) async throws {
        let spec = try ClusterSpec.parse(request.file, file: request.fileName, sources: request.sources)
        let terms = try TransferRequest.terms(of: request.transfer, doing: "raising cluster \(spec.name)")
        guard busy.insert(spec.name).inserted else {
            throw SkeinError(
                .conflict, doing: "raising cluster \(spec.name)",
                cause: "this peer is raising or removing it right now",
                next: "wait for the other command, then see `skein ps`")
        }
        defer { busy.remove(spec.name) }
        let existing = try await directory.nodes(cluster: spec.name)
        guard existing.nodes.isEmpty else {
            throw SkeinError(
                .conflict, doing: "raising cluster \(spec.name)", cause: "it has \(existing.nodes.count) nodes already",
                next: "see `skein ps \(spec.name)`, or remove it with `skein down \(spec.name)`")
        }
        for host in existing.unreachable {
            sink.warning(.resolve, "it does not answer; nodes of \(spec.name) there are not seen", host: host)
        }
        var timeline = Timeline(sink)
        timeline.begin(.resolve)
        let view = try await gossip.view()
        let places = try await place(spec, view, sink)
        timeline.end(.resolve)

        var images: [String: RoleImage] = [:]
        timeline.begin(.build)
        for role in spec.roles {
            let recipe = Recipe(role.image, base: spec.base)
            let outcome = try await builds.image(for: recipe, name: "\(spec.name)-\(role.name)", sink)
            images[role.name] = RoleImage(image: outcome.image, isCached: outcome.isCached, recipe: recipe)
        }
        timeline.end(.build)
        try Task.checkCancellation()
        let plans = try await plans(spec, places, images, view, terms)
        let run = ClusterRun(
            spec: spec, places: places, images: images, plans: plans, view: view,
            generation: DomainUUID.random().description)
        let outcome = await bring(run, timeline, sink)
        try await conclude(run, outcome, sink)
    }

    /// Only the image work of `up`: `skein image build`.
    func buildOnly(_ request: UpRequest, _ sink: EventSink) async throws {
        let spec = try ClusterSpec.parse(request.file, file: request.fileName, sources: request.sources)
        var built: [ImageID] = []
        for role in spec.roles {
            let recipe = Recipe(role.image, base: spec.base)
            built.append(try await builds.image(for: recipe, name: "\(spec.name)-\(role.name)", sink).image)
        }
        let rows = try await images.rows(of: built)
        sink.result { $0.images = rows }
    }

    /// The image of a role.
    struct RoleImage: Sendable {
        let image: ImageID
        let isCached: Bool
        let recipe: Recipe
    }

    /// One `up` after its images are there.
    struct ClusterRun: Sendable {
        let spec: ClusterSpec
        /// The host of each node, by node index.
        let places: [PeerID]
        let images: [String: RoleImage]
        /// How each image gets to the hosts that need it.
        let plans: [ImageID: InstallCoordinator.Plan]
        let view: ClusterView
        let generation: String

        var hosts: [PeerID] { Array(Set(places)).sorted() }
    }

    private func plans(
        _ spec: ClusterSpec, _ places: [PeerID], _ images: [String: RoleImage], _ view: ClusterView,
        _ terms: TransferTerms
    ) async throws -> [ImageID: InstallCoordinator.Plan] {
        let certificates = try await gossip.certificates()
        var plans: [ImageID: InstallCoordinator.Plan] = [:]
        for image in Set(images.values.map(\.image)) {
            let peers = Set(
                spec.nodes.indices.filter { images[spec.nodes[$0].role]?.image == image }.map { places[$0] })
            let targets = peers.sorted().compactMap { view.member($0) }
            plans[image] = try await coordinator.plan(
                image, view: view, targets: targets, grantTo: certificates, terms: terms)
        }
        return plans
    }

    private func place(_ spec: ClusterSpec, _ view: ClusterView, _ sink: EventSink) async throws -> [PeerID] {
        let candidates = view.alive.filter { spec.hosts.includes(name: $0.name, site: $0.site, rack: $0.rack) }
        guard !candidates.isEmpty else {
            throw SkeinError(
                .notFound, doing: "placing cluster \(spec.name)", cause: "no live host is among `hosts` of the file",
                next: "see `skein peers` for names, sites and racks")
        }
        let plane = plane
        let nodeHost = nodeHost
        let rooms = await withTaskGroup(of: Placement.Room?.self) { group in
            for member in candidates {
                group.addTask {
                    if member.isSelf {
                        return await Placement.Room(peer: member.id, name: member.name, free: nodeHost.freeMemory)
                    }
                    let answer = try? await withPatience(UpService.roomPatience) {
                        try await plane.request(.room, of: member.id)
                    }
                    guard let answer, let room = try? JSON.decode(HostRoom.self, from: answer, "a host's room") else {
                        sink.warning(.resolve, "host \(member.name) does not answer and is left out", host: member.name)
                        return nil
                    }
                    return Placement.Room(
                        peer: member.id, name: member.name, free: .mebibytes(min(max(0, room.freeMemoryMiB), 1 << 32)))
                }
            }
            var rooms: [Placement.Room] = []
            for await room in group { if let room { rooms.append(room) } }
            return rooms
        }
        let needs = spec.nodes.map { Placement.Need(node: $0.name, memory: $0.memory) }
        return try Placement.place(needs, on: rooms, cluster: spec.name)
    }

    // MARK: down

    func down(_ cluster: String, _ sink: EventSink) async throws {
        guard busy.insert(cluster).inserted else {
            throw SkeinError(
                .conflict, doing: "removing cluster \(cluster)", cause: "this peer is raising or removing it right now",
                next: "interrupt the other command, or wait for it")
        }
        defer { busy.remove(cluster) }
        let removed = try await remove(cluster, sink)
        guard removed > 0 else {
            throw SkeinError(
                .notFound, doing: "removing cluster \(cluster)", cause: "no reachable host has nodes of it",
                next: "see `skein ps`")
        }
        sink.message(.stop, "removed \(removed) nodes of cluster \(cluster); their images stay cached")
        sink.result()
    }

    /// Removes the nodes of a cluster, or of one `up` of it, from every live host.
    func remove(_ cluster: String, generation: String? = nil, _ sink: EventSink) async throws -> Int {
        let order = RemoveOrder(cluster: cluster, generation: generation)
        let view = try await gossip.view()
        let plane = plane
        let nodeHost = nodeHost
        let results = await withTaskGroup(of: (String, Result<Int, any Error>).self) { group in
            for member in view.alive {
                group.addTask {
                    do {
                        if member.isSelf { return (member.name, .success(try await nodeHost.remove(order))) }
                        let answer = try await withPatience(.seconds(60)) {
                            try await plane.request(.removeNodes, of: member.id, argument: JSON.encode(order))
                        }
                        let count = try JSON.decode(Int.self, from: answer, "a count of nodes")
                        return (member.name, .success(count))
                    } catch {
                        return (member.name, .failure(error))
                    }
                }
            }
            var results: [(String, Result<Int, any Error>)] = []
            for await result in group {
                results.append(result)
                if case .success(let count) = result.1, count > 0 {
                    sink.progress(
                        .stop, done: Int64(count), total: Int64(count), unit: .nodes, host: result.0, message: "removed"
                    )
                }
            }
            return results
        }
        var count = 0
        var failures: [String] = []
        for (host, result) in results {
            switch result {
            case .success(let removed): count += min(max(0, removed), FormatLimits.peers)
            case .failure(let error):
                failures.append("\(host): \(SkeinError.wrap(error, doing: "removing nodes").cause)")
            }
        }
        for member in view.members
        where member.state == .dead && (member.pulse?.nodeCount ?? 0) > 0 && generation == nil {
            failures.append("\(member.name): it does not answer, and it ran nodes when it last did")
        }
        guard failures.isEmpty else {
            throw SkeinError(
                .partial, doing: "removing cluster \(cluster)",
                cause: "\(count) nodes are removed, but not those of " + failures.sorted().joined(separator: "; "),
                next: "run `skein down \(cluster)` again when the hosts are back")
        }
        return count
    }
}
