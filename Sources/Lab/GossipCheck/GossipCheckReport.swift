public import Basics
import FoundationEssentials

/// The figures of a check of gossip, each with the bar that it must keep where there is one.
public struct GossipCheckReport: Codable, Sendable, Hashable {
    public enum Unit: String, Codable, Sendable {
        case seconds
        case bytesPerSecond
        case count
    }

    public struct Figure: Codable, Sendable, Hashable {
        public let name: String
        public let unit: Unit
        /// The worst of all; infinite when it never came.
        public let value: Double
        /// Of each repeat, or of each host.
        public let values: [Double]
        /// The most that is allowed; nil for figures that are only shown.
        public let bar: Double?
        /// How it is defined.
        public let meaning: String

        /// Infinite when nothing was measured.
        public var median: Double { Median.of(values) ?? .infinity }
        public var holds: Bool { bar.map { value <= $0 } ?? true }

        private enum CodingKeys: String, CodingKey {
            case name, unit, value, values, bar, meaning, holds
        }

        init(_ name: String, _ unit: Unit, _ values: [Double], bar: Double? = nil, _ meaning: String) {
            self.name = name
            self.unit = unit
            self.values = values
            // Nothing measured is no success.
            value = values.max() ?? .infinity
            self.bar = bar
            self.meaning = meaning
        }

        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            name = try container.decode(String.self, forKey: .name)
            unit = try container.decode(Unit.self, forKey: .unit)
            value = try container.decode(Double.self, forKey: .value)
            values = try container.decode([Double].self, forKey: .values)
            bar = try container.decodeIfPresent(Double.self, forKey: .bar)
            meaning = try container.decode(String.self, forKey: .meaning)
        }

        public func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(name, forKey: .name)
            try container.encode(unit, forKey: .unit)
            try container.encode(value, forKey: .value)
            try container.encode(values, forKey: .values)
            try container.encodeIfPresent(bar, forKey: .bar)
            try container.encode(meaning, forKey: .meaning)
            try container.encode(holds, forKey: .holds)
        }
    }

    public let topology: String
    public let peers: Int
    public internal(set) var figures: [Figure] = []

    public var holds: Bool { figures.allSatisfy(\.holds) }

    /// Indented, keys in alphabetical order; what never came is `"inf"`.
    public var json: String { ReportJSON.text(self) }

    public init(json: String) throws(SkeinError) {
        self = try ReportJSON.value(
            Data(json.utf8), from: "a report", writer: "skein lab check-gossip wrote with --json")
    }

    init(topology: String, peers: Int) {
        self.topology = topology
        self.peers = peers
    }
}
