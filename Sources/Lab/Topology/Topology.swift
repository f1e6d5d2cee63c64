public import Basics
import StrictYAML

/// A network and what happens on it, as a topology file describes it: a value without IO.
public struct Topology: Hashable, Sendable {
    public enum Labels: String, CaseIterable, Hashable, Sendable {
        /// Peers know their site and rack.
        case shown
        /// Peers must find out by measuring.
        case hidden
    }

    /// Who has which address.
    public enum Addresses: String, CaseIterable, Hashable, Sendable {
        /// From host to host and from rack to rack, as the file has them.
        case ordered
        /// They say nothing of places: neighbours by address are in other racks.
        case mixed
    }

    /// A host that starts later.
    public struct Join: Hashable, Sendable {
        public let host: Int
        public let at: Duration
    }

    public let name: String
    public let description: String
    public let labels: Labels
    public let addresses: Addresses
    public let sites: [TopologySite]
    /// All hosts in the order of the file.
    public let hosts: [TopologyHost]
    /// Who holds the images at the start, as places in ``hosts``; never empty.
    public let sources: [Int]
    public let images: [TopologyImage]
    public let joins: [Join]
    public let events: [TopologyEvent]

    /// Parses a topology file; errors name the line.
    public static func parse(_ text: String, file: String) throws(SkeinError) -> Topology {
        try TopologyParser().topology(try YAMLValue.parse(text, file: file))
    }

    /// Reads and parses a topology file.
    public static func load(path: String) throws(SkeinError) -> Topology {
        let root = try YAMLValue.load(
            path: path, kind: "topology file",
            next: "give a file that describes a network: topologies/ has some, skein lab random prints one")
        return try TopologyParser().topology(root)
    }

    /// The host of a path (`site/rack/host`) or of a peer's name, or nil.
    public func host(_ pathOrName: String) -> TopologyHost? {
        hosts.first { $0.path == pathOrName } ?? hosts.first { $0.name == pathOrName }
    }

    /// Where a host stands when all are sorted by address.
    func addressNumber(of host: Int) -> Int {
        guard addresses == .mixed else { return host }
        // From one address to the next it is a step of hosts near the golden section of their number, which shares no factor
        // with it and so meets each once.
        let golden = hosts.count * 1_000 / 1_618
        let step = (max(1, golden)...max(1, hosts.count)).first { Self.commonFactor($0, hosts.count) == 1 } ?? 1
        return host * Self.inverse(of: step, in: hosts.count) % hosts.count
    }

    /// What a number without a common factor has to be multiplied by to leave 1 (Euclid).
    private static func inverse(of number: Int, in count: Int) -> Int {
        var (one, other) = ((rest: count, factor: 0), (rest: number, factor: 1))
        while other.rest > 1 {
            let times = one.rest / other.rest
            (one, other) = (other, (one.rest - times * other.rest, one.factor - times * other.factor))
        }
        return (other.factor % count + count) % count
    }

    private static func commonFactor(_ a: Int, _ b: Int) -> Int { b == 0 ? a : commonFactor(b, a % b) }

    /// True when some link has a delay, which an emulation may be unable to give.
    public var hasDelays: Bool {
        sites.contains { $0.wan.delay != nil || $0.racks.contains { $0.uplink.delay != nil } }
            || hosts.contains { $0.link.delay != nil }
    }
}
