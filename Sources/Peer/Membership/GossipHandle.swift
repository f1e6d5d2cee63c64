import Basics
import Gossip
import NIOCore
import Trust

/// The membership for code outside its event loop.
struct GossipHandle: Sendable {
    private let service: NIOLoopBound<GossipService>
    private let loop: any EventLoop
    private let own: PeerID

    /// Called on the event loop.
    init(_ service: GossipService, loop: any EventLoop, own: PeerID) {
        self.service = NIOLoopBound(service, eventLoop: loop)
        self.loop = loop
        self.own = own
    }

    /// Binds the UDP socket and joins by the seeds.
    func join(listen: SocketAddress, seeds: [PeerAddress]) async throws {
        let service = service
        do {
            try await loop.flatSubmit { service.value.start(listen: listen, seeds: seeds) }.get()
        } catch {
            throw SkeinError(
                .conflict, doing: "listening for gossip on \(listen)", cause: "\(error)",
                next: "another program may use the port: set `listen:` in the peer's configuration")
        }
    }

    /// Says goodbye and closes the socket.
    func leave() async {
        let service = service
        let loop = loop
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            loop.execute {
                service.value.leave {
                    service.value.close()
                    continuation.resume()
                }
            }
        }
    }

    func view() async throws -> ClusterView {
        let service = service
        let own = own
        return try await loop.submit { ClusterView(own: own, members: service.value.members) }.get()
    }

    /// The other sites; nil where all sites are one group.
    func sites() async throws -> SitesView? {
        let service = service
        return try await loop.submit { service.value.sites }.get()
    }

    /// What is counted, and who came and went since an instant.
    func report(since: Instant) async throws -> MembershipReport {
        let service = service
        return try await loop.submit { service.value.report(since: since) }.get()
    }

    /// The certificate chains of all peers, from their cards.
    func certificates() async throws -> [PeerID: CertificateChain] {
        let service = service
        return try await loop.submit { service.value.certificates }.get()
    }

    /// What all peers announced of a kind, withdrawn ones left out.
    func records(of kind: RecordKind) async throws -> [SignedRecord] {
        let service = service
        return try await loop.submit { service.value.records(of: kind) }.get()
    }

    /// Announces a record beside card and pulse; an empty body withdraws it.
    func announce(_ kind: RecordKind, item: UInt8, _ body: [UInt8]) {
        let service = service
        loop.execute { service.value.announce(kind, item: item, body) }
    }

    /// What the links carry that hosts share.
    func linkRates() async throws -> [LinkRate] {
        let service = service
        return try await loop.submit { service.value.linkRates }.get()
    }

    /// Opens and seals with other keys from now on.
    func take(_ ring: GossipKeyRing) {
        let service = service
        loop.execute { service.value.take(ring) }
    }

    func report(_ pulse: Pulse) {
        let service = service
        loop.execute { service.value.report(pulse) }
    }
}
