import Basics

/// Draws networks that nobody has tuned anything to: the text of a topology file from a seed.
///
/// The same seed gives the same file. Rates are multiples of a base rate, so that shares rarely come out even.
public struct RandomTopology: Sendable {
    public enum Kind: String, CaseIterable, Sendable {
        /// One switch, all hosts alike.
        case flat
        /// One switch, hosts of several speeds, other up than down.
        case uneven
        /// Racks whose uplinks have half a host's rate to four times it.
        case racks
        /// Sites of racks behind thin wide-area links.
        case sites
        /// Racks and sites where uplinks are scarce and downlinks ample: each byte must take the right way.
        case tight
    }

    public let seed: UInt64
    public let kind: Kind
    /// A topology file, with an image that takes the fastest receivers about ten seconds.
    public let text: String

    private struct Host {
        let up: Int
        let down: Int
    }
    private struct Rack {
        var hosts: [Host]
        /// In kbit/s; nil: unshaped.
        var up: Int?
        var down: Int?
    }

    /// The smallest network that is drawn.
    public static let leastHosts = 4
    /// The most hosts of a network where nothing else is said.
    public static let usualHosts = 48

    /// - Parameters:
    ///   - kind: nil: any, by the seed.
    ///   - most: of hosts; at least ``leastHosts``.
    public init(seed: UInt64, kind: Kind? = nil, most: Int = 48) {
        precondition(most >= Self.leastHosts, "a network has at least four hosts")
        var draw = Draw(RandomSource(seed: seed))
        let kind = kind ?? draw.one(of: Kind.allCases)
        let base = draw.one(of: [16_000, 25_000, 40_000])
        let racks = Self.racks(kind, base: base, most: most, &draw)
        let sites = Self.sites(kind, racks: racks.count, base: base, &draw)
        self.seed = seed
        self.kind = kind
        text = Self.text(name: "random-\(seed)", kind: kind, racks: racks, sites: sites, draw: &draw)
    }

    private static func racks(_ kind: Kind, base: Int, most: Int, _ draw: inout Draw) -> [Rack] {
        let count: Int
        switch kind {
        case .flat, .uneven: count = 1
        case .racks, .sites, .tight: count = draw.number(2...max(2, min(6, most / 4)))
        }
        let ups = [0.25, 0.5, 1, 1, 1, 2, 4]
        return (0..<count).map { _ in
            let least = count == 1 ? leastHosts : min(3, most / count)
            let hosts = (0..<draw.number(least...max(least, min(most / count, count == 1 ? most : 16)))).map { _ in
                switch kind {
                case .flat, .racks, .sites: Host(up: base, down: base)
                case .uneven: Host(up: draw.part(base, of: ups), down: draw.part(base, of: [0.5, 1, 1, 2, 4]))
                case .tight: Host(up: draw.part(base, of: ups), down: 4 * base)
                }
            }
            guard count > 1 else { return Rack(hosts: hosts) }
            let uplinks = kind == .tight ? [0.5, 0.75, 1, 1.5, 2, 3, 4] : [0.5, 1, 1, 2, 4]
            let up = draw.part(base, of: uplinks)
            return Rack(hosts: hosts, up: up, down: draw.chance(70) ? up : draw.part(base, of: uplinks))
        }
    }

    /// The number of racks of each site, and the rate of its link to the others.
    private static func sites(_ kind: Kind, racks: Int, base: Int, _ draw: inout Draw) -> [(racks: Int, wan: Int)] {
        let count: Int
        switch kind {
        case .flat, .uneven, .racks: count = 1
        case .sites: count = draw.number(2...min(4, racks))
        case .tight: count = draw.chance(25) ? draw.number(2...min(3, racks)) : 1
        }
        var sizes = [Int](repeating: 1, count: count)
        for _ in count..<racks { sizes[draw.number(0...(count - 1))] += 1 }
        return sizes.map { ($0, draw.part(base, of: [0.25, 0.5, 1, 2])) }
    }

    private static func text(
        name: String, kind: Kind, racks: [Rack], sites: [(racks: Int, wan: Int)], draw: inout Draw
    ) -> String {
        var lines = ["name: \(name)", "description: Drawn at random (\(kind.rawValue)).", "sites:"]
        var next = 0
        for (number, site) in sites.enumerated() {
            lines.append("  - name: s\(number)")
            if sites.count > 1 { lines.append("    wan: {up: \(site.wan)kbit, down: \(site.wan)kbit}") }
            lines.append("    racks:")
            for (place, rack) in racks[next..<(next + site.racks)].enumerated() {
                lines.append("      - name: r\(place)")
                if let up = rack.up, let down = rack.down {
                    lines.append("        uplink: {up: \(up)kbit, down: \(down)kbit}")
                }
                let first = rack.hosts[0]
                lines.append("        hosts: \(rack.hosts.count)")
                lines.append("        link: {up: \(first.up)kbit, down: \(first.down)kbit}")
                let others = rack.hosts.enumerated().filter { $1.up != first.up || $1.down != first.down }
                if !others.isEmpty { lines.append("        overrides:") }
                for (host, link) in others {
                    lines.append("          h\(host): {up: \(link.up)kbit, down: \(link.down)kbit}")
                }
            }
            next += site.racks
        }
        let site = draw.number(0...(sites.count - 1))
        let before = sites[..<site].reduce(0) { $0 + $1.racks }
        let rack = draw.number(0...(sites[site].racks - 1))
        let host = draw.number(0...(racks[before + rack].hosts.count - 1))
        lines.append("source: s\(site)/r\(rack)/h\(host)")
        return lines.joined(separator: "\n") + "\n" + imageLine(lines)
    }

    /// The largest image, of some sizes, that the fastest receiver can have in about ten seconds.
    private static func imageLine(_ lines: [String]) -> String {
        let text = (lines + ["image: {size: 64MiB}"]).joined(separator: "\n")
        let bounds =
            (try? Topology.parse(text, file: "random"))?
            .bounds(storedBytes: [64 << 20], goodputShare: 1, unshapedRate: nil).compactMap { $0 } ?? []
        let fastest = bounds.min() ?? 10
        let size = max(8, min(256, Int(64 * 10 / fastest)))
        return "image: {size: \(size)MiB}\n"
    }
}

/// Draws from a seed.
private struct Draw {
    private var random: RandomSource

    init(_ random: RandomSource) { self.random = random }

    mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

    mutating func chance(_ percent: Int) -> Bool { number(1...100) <= percent }

    mutating func one<T>(of values: [T]) -> T { values[number(0...(values.count - 1))] }

    /// A multiple of a rate.
    mutating func part(_ rate: Int, of factors: [Double]) -> Int { Int(Double(rate) * one(of: factors)) }
}
