/// One node (a VM) as `skein ps` shows it.
public struct NodeRow: Codable, Sendable {
    public var cluster: String
    public var node: String
    public var role: String
    /// The name of the host it is placed on.
    public var host: String
    /// kernel, userspace, network, ssh, done (READY), or waiting, starting, stopped, failed.
    public var phase: String
    public var isReady: Bool
    public var address: String
    public var vcpus: Int
    public var memoryMiB: Int64
    public var accelerator: String?
    public var image: String?
    /// Seconds since its VM was started; nil when it does not run.
    public var uptime: Double?
    /// Why it failed.
    public var reason: String?

    public init(
        cluster: String, node: String, role: String, host: String, phase: String, isReady: Bool, address: String,
        vcpus: Int, memoryMiB: Int64, accelerator: String? = nil, image: String? = nil, uptime: Double? = nil,
        reason: String? = nil
    ) {
        self.cluster = cluster
        self.node = node
        self.role = role
        self.host = host
        self.phase = phase
        self.isReady = isReady
        self.address = address
        self.vcpus = vcpus
        self.memoryMiB = memoryMiB
        self.accelerator = accelerator
        self.image = image
        self.uptime = uptime
        self.reason = reason
    }
}

/// The nodes that the reachable peers run, and the hosts that did not answer.
public struct NodeList: Codable, Sendable {
    public var nodes: [NodeRow]
    public var unreachable: [String]

    public init(nodes: [NodeRow], unreachable: [String]) {
        self.nodes = nodes
        self.unreachable = unreachable
    }
}

/// What the peer says of itself.
public struct PeerStatus: Codable, Sendable {
    public var peer: String
    public var name: String
    public var site: String
    public var version: String
    public var address: String
    public var state: String
    public var uptime: Double
    public var peersAlive: Int
    public var images: Int
    public var nodes: Int
    /// Slices and stored bytes received and sent since start.
    public var bytesReceived: Int64
    public var bytesSent: Int64
    /// Chunk headers and slices that contradicted a manifest: their senders were quarantined.
    public var badSlices: Int64
    /// Slices that were harmed on the way and asked for again.
    public var harmedSlices: Int64
    /// Images that are on their way to this host; nil from a peer of an earlier version.
    public var transfers: [StatusTransfer]?
    /// Installs that this peer has ordered and that are under way.
    public var installs: [StatusInstall]?

    public init(
        peer: String, name: String, site: String, version: String, address: String, state: String, uptime: Double,
        peersAlive: Int, images: Int, nodes: Int, bytesReceived: Int64, bytesSent: Int64, badSlices: Int64,
        harmedSlices: Int64
    ) {
        self.peer = peer
        self.name = name
        self.site = site
        self.version = version
        self.address = address
        self.state = state
        self.uptime = uptime
        self.peersAlive = peersAlive
        self.images = images
        self.nodes = nodes
        self.bytesReceived = bytesReceived
        self.bytesSent = bytesSent
        self.badSlices = badSlices
        self.harmedSlices = harmedSlices
    }
}

/// One finding of `skein doctor`.
public struct CheckRow: Codable, Sendable {
    /// good, warning or bad.
    public var verdict: String
    public var subject: String
    public var finding: String
    public var next: String

    public init(verdict: String, subject: String, finding: String, next: String) {
        self.verdict = verdict
        self.subject = subject
        self.finding = finding
        self.next = next
    }
}
