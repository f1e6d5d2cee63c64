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

    /// A host that starts later.
    public struct Join: Hashable, Sendable {
        public let host: Int
        public let at: Duration
    }

    public let name: String
    public let description: String
    public let labels: Labels
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

    /// True when some link has a delay, which an emulation may be unable to give.
    public var hasDelays: Bool {
        sites.contains { $0.wan.delay != nil || $0.racks.contains { $0.uplink.delay != nil } }
            || hosts.contains { $0.link.delay != nil }
    }
}
