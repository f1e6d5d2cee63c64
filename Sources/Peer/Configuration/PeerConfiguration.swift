public import Basics
import Glibc
public import Launcher
import StrictYAML

/// What a peer is told at its start: the file of `skein peer run --config FILE`.
///
/// Every key has a default, so that a first try needs no file.
public struct PeerConfiguration: Sendable {
    public var name: String
    /// Where the store, the identity and the records live.
    public var stateDirectory: String
    /// The path of the local control socket.
    public var socketPath: String
    /// The site file; made when missing, together with the identity.
    public var siteFilePath: String
    public var identityPath: String
    /// Where to listen, TCP and UDP alike.
    public var listen: HostAndPort
    /// How others reach this peer; nil: the listening address, or the first one of the host.
    public var advertise: HostAndPort?
    public var seeds: [HostAndPort]
    public var site: String
    public var rack: String
    /// What nodes may use in all; nil: what is free.
    public var memory: ByteCount?
    public var vcpus: Int?
    /// A network namespace for commands that need package archives; nil: the peer's own.
    public var buildNetworkNamespace: String?
    /// How guests are run.
    public var accelerator: AcceleratorChoice
    /// A file that has to be there before this peer joins the others; nil: it joins at once.
    ///
    /// A lab that starts hundreds of peers on one machine lets them join together, when all of them have started.
    public var startGate: String?
    /// Which peers make one group.
    public var segments = Segments.one
    /// Some peers of other sites, where sites are groups of their own: bridges, or others that tell where bridges are.
    public var gateways: [HostAndPort] = []
    /// Whether the peer measures what its link carries by bursts of its own. A lab that measures something else does not.
    public var probes = true
    /// What the host's links carry, when it need not be measured.
    public var rates: DeclaredRates?
    /// What all images together may take of the host's link; nil: what there is.
    public var limits = DeclaredRates.Link()

    /// Which peers know each other one by one.
    public enum Segments: String, Sendable {
        /// All of them, whatever their site: up to some 2,000.
        case one
        /// Those whose label names the same site. A few of them, the bridges, carry news between sites.
        case sites
    }

    /// A name or an IP address, and a port.
    public struct HostAndPort: Hashable, Sendable, CustomStringConvertible {
        public var host: String
        public var port: Int

        public init(host: String, port: Int) {
            self.host = host
            self.port = port
        }

        /// `10.0.0.1:7411`, `host:7411` or `[::1]:7411`; nil for anything else.
        public init?(parsing text: String) {
            guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
                (0...65535).contains(port)
            else { return nil }
            var host = text[..<colon]
            if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
            guard !host.isEmpty, !host.contains(where: { $0.isWhitespace }) else { return nil }
            self.init(host: String(host), port: port)
        }

        public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
    }

    public static let defaultPort = 7411
    public static let defaultStateDirectory = "/var/lib/skein"
    public static let defaultSocketPath = "/run/skein/skein.sock"

    /// The configuration of a machine that was told nothing: listens on loopback only.
    public init(stateDirectory: String = PeerConfiguration.defaultStateDirectory) {
        name = PeerConfiguration.hostName()
        self.stateDirectory = stateDirectory
        socketPath = PeerConfiguration.defaultSocketPath
        siteFilePath = "\(stateDirectory)/site.skein"
        identityPath = "\(stateDirectory)/identity.key"
        listen = HostAndPort(host: "127.0.0.1", port: PeerConfiguration.defaultPort)
        seeds = []
        site = ""
        rack = ""
        accelerator = .auto
    }

    /// Parses a configuration file.
    ///
    /// - Throws: `SkeinError` of code `usage` that names the file and the line.
    public static func parse(_ text: String, file: String) throws(SkeinError) -> PeerConfiguration {
        let map = try YAMLValue.parse(text, file: file).mapping("a peer configuration")
        try map.allow(only: [
            "name", "state", "socket", "site", "identity", "listen", "advertise", "seeds", "labels", "capacity",
            "build", "accelerator", "start_gate", "probes", "gossip", "rates", "limits",
        ])
        var result = PeerConfiguration(
            stateDirectory: try map["state"]?.string("state") ?? PeerConfiguration.defaultStateDirectory)
        if let value = map["name"] { result.name = try value.string("name", limit: FormatLimits.nameBytes) }
        if let value = map["socket"] { result.socketPath = try value.string("socket", limit: 107) }
        if let value = map["site"] { result.siteFilePath = try value.string("site") }
        if let value = map["identity"] { result.identityPath = try value.string("identity") }
        if let value = map["listen"] { result.listen = try hostAndPort(value, "listen") }
        if let value = map["advertise"] { result.advertise = try hostAndPort(value, "advertise") }
        for value in try map["seeds"]?.list("seeds", limit: 256) ?? [] {
            result.seeds.append(try hostAndPort(value, "a seed"))
        }
        if let labels = try map["labels"]?.mapping("labels") {
            try labels.allow(only: ["site", "rack"])
            result.site = try labels["site"]?.string("labels.site", limit: FormatLimits.nameBytes) ?? ""
            result.rack = try labels["rack"]?.string("labels.rack", limit: FormatLimits.nameBytes) ?? ""
        }
        if let capacity = try map["capacity"]?.mapping("capacity") {
            try capacity.allow(only: ["memory", "vcpus"])
            result.memory = try capacity["memory"]?.byteCount(
                "capacity.memory", in: .mebibytes(1)...ByteCount(bytes: 1 << 50))
            result.vcpus = try capacity["vcpus"]?.int("capacity.vcpus", in: 1...65_535)
        }
        if let build = try map["build"]?.mapping("build") {
            try build.allow(only: ["network_namespace"])
            result.buildNetworkNamespace = try build["network_namespace"]?.string("build.network_namespace")
        }
        if let gossip = try map["gossip"]?.mapping("gossip") { try result.take(gossip) }
        if let value = map["start_gate"] { result.startGate = try value.string("start_gate") }
        if let value = map["probes"] {
            let text = try value.string("probes")
            guard text == "on" || text == "off" else {
                throw value.failure("probes is \(text)", next: "use on or off")
            }
            result.probes = text == "on"
        }
        if let value = map["rates"] { result.rates = try DeclaredRates(value) }
        if let value = map["limits"] { result.limits = try DeclaredRates.limits(value) }
        if let value = map["accelerator"] {
            let text = try value.string("accelerator")
            guard let choice = AcceleratorChoice(rawValue: text) else {
                throw value.failure("accelerator is \(text)", next: "use auto, kvm or tcg")
            }
            result.accelerator = choice
        }
        return result
    }

    private mutating func take(_ gossip: YAMLMapping) throws(SkeinError) {
        try gossip.allow(only: ["segments", "gateways"])
        if let value = gossip["segments"] {
            let text = try value.string("gossip.segments")
            guard let choice = Segments(rawValue: text) else {
                throw value.failure("gossip.segments is \(text)", next: "use one or sites")
            }
            guard choice == .one || !site.isEmpty else {
                throw value.failure(
                    "gossip.segments is sites, and this peer names no site",
                    next: "add `labels: {site: NAME}`, the same for all peers of a site")
            }
            segments = choice
        }
        for value in try gossip["gateways"]?.list("gossip.gateways", limit: 64) ?? [] {
            gateways.append(try PeerConfiguration.hostAndPort(value, "a gateway"))
        }
    }

    private static func hostAndPort(_ value: YAMLValue, _ what: String) throws(SkeinError) -> HostAndPort {
        let text = try value.string(what)
        guard let parsed = HostAndPort(parsing: text) else {
            throw value.failure("\(what) is \(text), which is no address", next: "write HOST:PORT, as in 10.0.0.1:7411")
        }
        return parsed
    }

    static func hostName() -> String {
        var buffer = [CChar](repeating: 0, count: 256)
        guard gethostname(&buffer, buffer.count - 1) == 0 else { return "localhost" }
        let name = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return String(name.prefix(FormatLimits.nameBytes))
    }
}
