import Basics
import Gossip
import ImageStore
import Launcher
import Trust

/// What the control API can ask of this peer, over all of its parts.
struct ControlOperations: Sendable {
    let configuration: PeerConfiguration
    let membership: PeerMembership
    let startedAt: Instant
    let plane: DataPlaneHandle
    let gossip: GossipHandle
    let nodeHost: NodeHost
    let directory: NodeFinder
    let images: ImageService
    let up: UpService
    let flows: FlowService
    let makeDoctor: @Sendable () async -> Doctor

    func status() async throws -> PeerStatus {
        let counters = try await plane.call { $0.counters }
        let view = try await gossip.view()
        let images = try await images.list()
        var status = PeerStatus(
            peer: membership.peerID.description, name: membership.name, site: membership.siteFile.siteName,
            version: PeerVersion.text, address: "\(configuration.listen)", state: configuration.stateDirectory,
            uptime: (MonotonicClock.now() - startedAt).inSeconds, peersAlive: view.alive.count, images: images.count,
            nodes: await nodeHost.nodeCount, bytesReceived: counters.bytesReceived, bytesSent: counters.bytesSent,
            badSlices: counters.badSlices, harmedSlices: counters.harmedSlices)
        let names = Dictionary(images.map { ($0.image, $0.name) }, uniquingKeysWith: { first, _ in first })
        try await addTransfers(to: &status, names)
        return status
    }

    func peers() async throws -> [PeerRow] {
        try await gossip.view().members.map(PeerRow.init).sorted { ($0.name, $0.peer) < ($1.name, $1.peer) }
    }

    func sites() async throws -> SitesReport {
        guard let view = try await gossip.sites() else {
            throw SkeinError(
                .notFound, doing: "listing the sites", cause: "all sites are one group here, and each peer is known",
                next: "see `skein peers`; from some 2,000 peers on, set `gossip: {segments: sites}` for all of them")
        }
        return SitesReport(view)
    }

    func links() async throws -> [LinkRow] {
        let now = WallClock.unixSeconds()
        return try await gossip.linkRates().map { LinkRow($0, now: now) }
    }

    func membership(since: Int64) async throws -> MembershipReport {
        try await gossip.report(since: Instant(nanoseconds: since))
    }

    func nodes(cluster: String?) async throws -> NodeList {
        try await directory.nodes(cluster: cluster)
    }

    /// The images that came or are coming here since this peer started, oldest first.
    ///
    /// - Parameter withChunks: with the chunks that are here of those under way; a bit for each.
    func transfers(withChunks: Bool) async throws -> [TransferRow] {
        let records = try await images.installs.transfers()
        let names = Dictionary(
            try await gossip.view().members.map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
        func name(_ peer: PeerID) -> String { names[peer] ?? peer.short }
        return records.map { record in
            var row = TransferRow(
                image: record.image.description, state: record.state.rawValue, started: WallClock.at(record.started),
                finished: record.finished.map { WallClock.at($0) }, bytes: record.bytes, total: record.total,
                duplicateBytes: record.tally.duplicateBytes,
                sources: Dictionary(
                    record.tally.sources.map { (name($0.key), $0.value) }, uniquingKeysWith: { $0 + $1 }),
                stalls: record.tally.stalls.map {
                    TransferRow.Stall(
                        at: WallClock.at($0.at), seconds: $0.duration.inSeconds, parent: name($0.parent))
                },
                reason: record.reason)
            if withChunks, let held = record.held {
                row.chunks = held.count
                row.held = JSON.base64(held.bytes)
            }
            return row
        }
    }

    func console(_ reference: String) async throws -> RemoteConsole {
        try await directory.console(reference)
    }

    func doctor() async -> [CheckRow] {
        await makeDoctor().check().map {
            CheckRow(verdict: $0.verdict.rawValue, subject: $0.name, finding: $0.finding, next: $0.next)
        }
    }
}
