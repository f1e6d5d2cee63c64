/// What a bar of gossip is measured by: a story in virtual time that ends in figures.
public enum GossipScenario: String, CaseIterable, Sendable {
    /// One of the hosts is killed.
    case crash
    /// One of the hosts announces that it holds an image, with 1 % loss.
    case announcement
    /// Nothing happens for a minute.
    case quiet
    /// Everybody installs an image: starts, holds it, runs nodes, is busy.
    case install
    /// A quarter of the hosts gets processor time now and then only, for ten minutes.
    case starved
    /// Two halves do not hear each other for five minutes.
    case partition
    /// One host hears nothing and accuses everybody.
    case deaf
    /// What a table of so many peers takes.
    case memory

    /// Into how many sites so many hosts are divided: one group up to 2,000, sites of 2,000 up to 20,000, then of 500, so that
    /// a hundred thousand tables fit a machine of 24 GB.
    public static func sites(of hosts: Int) -> Int {
        switch hosts {
        case ...largestSite: 1
        case ...20_000: (hosts + largestSite - 1) / largestSite
        default: (hosts + 499) / 500
        }
    }

    static let largestSite = 2000

    /// What the row says.
    public var title: String {
        switch self {
        case .crash: "a crash is known"
        case .announcement: "a new announcement is known, 1 % loss"
        case .quiet: "traffic while nothing happens"
        case .install: "traffic while everybody installs"
        case .starved: "a quarter of the hosts starved of processor time for 10 min"
        case .partition: "two halves apart for 5 min, then healed"
        case .deaf: "one deaf host accuses everybody for 2 min"
        case .memory: "memory for each known peer"
        }
    }

    /// The figures that it gives, in their order, with what they may be.
    public func bars(hosts: Int) -> [ScenarioBar] {
        switch self {
        case .crash:
            [
                ScenarioBar("known to 99 %", .seconds, atMost: 10, of: .worst),
                ScenarioBar("suspected", .seconds, atMost: 4, of: .mean),
            ]
        case .announcement:
            [
                ScenarioBar(
                    "known to 99.9 %", .seconds, atMost: hosts > 10_000 ? 6 : hosts > 1000 ? 4 : 2.5, of: .worst)
            ]
        case .quiet: [ScenarioBar("sent and received", .bytesPerSecond, atMost: 2000, of: .worst)]
        case .install: [ScenarioBar("sent", .bytesPerSecond, atMost: 20_000, of: .worst)]
        case .starved:
            [
                ScenarioBar("hosts declared dead by somebody", .percent, atMost: 2, of: .worst),
                ScenarioBar("believed dead a minute later", .percent, atMost: 0, of: .worst),
            ]
        case .partition:
            [
                ScenarioBar("one view after", .seconds, atMost: 30, of: .worst),
                ScenarioBar("ghosts", .count, atMost: 0, of: .worst),
            ]
        case .deaf:
            [
                ScenarioBar("others declared dead", .percent, atMost: 1, of: .worst),
                ScenarioBar("messages against before", .times, atMost: 2, of: .worst),
            ]
        case .memory: [ScenarioBar("on average", .bytes, atMost: 1024, of: .worst)]
        }
    }

    /// Runs it once.
    public func run(hosts: Int, seed: UInt64) -> ScenarioOutcome {
        switch self {
        case .crash: ScenarioRuns.crash(hosts, seed)
        case .announcement: ScenarioRuns.announcement(hosts, seed)
        case .quiet: ScenarioRuns.quiet(hosts, seed)
        case .install: ScenarioRuns.install(hosts, seed)
        case .starved: ScenarioRuns.starved(hosts, seed)
        case .partition: ScenarioRuns.partition(hosts, seed)
        case .deaf: ScenarioRuns.deaf(hosts, seed)
        case .memory: ScenarioRuns.memory(hosts, seed)
        }
    }
}

/// What a figure of a scenario may be.
public struct ScenarioBar: Hashable, Sendable {
    public enum Unit: String, Sendable {
        case seconds = "s"
        case bytesPerSecond = "B/s"
        case bytes = "B"
        case percent = "%"
        case count = ""
        case times = "x"
    }

    /// Which of the values of several seeds counts.
    public enum Of: Sendable {
        case worst
        case mean
    }

    public let name: String
    public let unit: Unit
    public let limit: Double
    public let of: Of

    init(_ name: String, _ unit: Unit, atMost limit: Double, of: Of) {
        self.name = name
        self.unit = unit
        self.limit = limit
        self.of = of
    }

    /// The value that counts, of one for each seed.
    public func value(of values: [Double]) -> Double {
        switch of {
        case .worst: values.max() ?? 0
        case .mean: values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
        }
    }
}

/// The figures of one run, in the order of the scenario's bars.
public struct ScenarioOutcome: Hashable, Sendable {
    public let values: [Double]
    /// Equal for equal seeds, in every process.
    public let trace: String
    /// How many events of virtual time it took.
    public let events: Int64

    init(_ values: [Double], _ world: GossipWorld) {
        self.values = values
        trace = world.trace.text
        events = world.steps
    }
}
