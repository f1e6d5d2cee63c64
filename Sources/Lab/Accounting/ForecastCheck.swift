public import Basics

/// How far the peers' forecasts of their own links are from the rates that a lab gave these links.
public struct ForecastCheck: Codable, Sendable, Hashable {
    /// What a peer says of its own link; nil where it does not know.
    public struct Forecast: Sendable, Hashable {
        public let host: String
        public let up: BitRate?
        public let down: BitRate?

        public init(host: String, upBitsPerSecond: Int64?, downBitsPerSecond: Int64?) {
            self.host = host
            up = upBitsPerSecond.map { BitRate(bitsPerSecond: $0) }
            down = downBitsPerSecond.map { BitRate(bitsPerSecond: $0) }
        }
    }

    /// One host. Rates in bits a second; nil: not shaped, or not known.
    public struct Row: Codable, Sendable, Hashable {
        public let host: String
        public let upShaped: Int64?
        public let upForecast: Int64?
        public let downShaped: Int64?
        public let downForecast: Int64?
        /// True when what is shaped is forecast within the tolerance.
        public let isWithin: Bool
    }

    public let rows: [Row]
    /// How far a forecast may be off, as a share of the shaped rate.
    public let tolerance: Double

    /// - Parameter hosts: names and links; one that no peer told a forecast for counts as unknown.
    public init(hosts: [(name: String, link: LinkShape)], forecasts: [Forecast], tolerance: Double) {
        let known = Dictionary(forecasts.map { ($0.host, $0) }, uniquingKeysWith: { first, _ in first })
        self.tolerance = tolerance
        rows = hosts.map { name, link in
            let forecast = known[name]
            func isWithin(_ shaped: BitRate?, _ forecast: BitRate?) -> Bool {
                guard let shaped else { return true }
                guard let forecast else { return false }
                let (rate, found) = (Double(shaped.bitsPerSecond), Double(forecast.bitsPerSecond))
                return abs(found - rate) <= tolerance * rate
            }
            return Row(
                host: name, upShaped: link.up?.bitsPerSecond, upForecast: forecast?.up?.bitsPerSecond,
                downShaped: link.down?.bitsPerSecond, downForecast: forecast?.down?.bitsPerSecond,
                isWithin: isWithin(link.up, forecast?.up) && isWithin(link.down, forecast?.down))
        }
    }

    /// Hosts with both rates within the tolerance.
    public var withinCount: Int { rows.count(where: \.isWithin) }
    public var share: Double { rows.isEmpty ? 0 : Double(withinCount) / Double(rows.count) }
}

extension LabRun {
    /// The links of a lab that is up, as its topology shapes them, with the control sockets of their hosts' peers.
    public func links(
        lab name: String? = nil
    ) throws(SkeinError) -> [(name: String, link: LinkShape, socket: String)] {
        let doing = "reading the links of a lab"
        let lab = try registry.resolve(name, doing: doing)
        let sockets = Dictionary(
            try record(of: lab, doing: doing).hosts.map { ($0.name, $0.socket) },
            uniquingKeysWith: { first, _ in first })
        let topology = try Topology.load(path: "\(paths.state(of: lab))/topology.yaml")
        return topology.hosts.compactMap { host in sockets[host.name].map { (host.name, host.link, $0) } }
    }
}
