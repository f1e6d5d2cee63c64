/// What a simulation without bytes tells: membership, the plan and the bound of a network.
public struct SimulatedPlan: Codable, Sendable, Hashable {
    /// The topology's name.
    public var name: String
    public var hosts: Int
    /// The physical limit for the last host.
    public var bound: Double?
    /// How many peers the plan puts behind each other.
    public var depth: Int
    /// Seconds of this machine's clock for all plans and the bound.
    public var planning: Double
    public var traceHash: String
    public var seed: UInt64
    public var simulation: SimulationFigures

    enum CodingKeys: String, CodingKey {
        case name, hosts, depth, seed, simulation
        case bound = "bound_s"
        case planning = "plan_s"
        case traceHash = "trace_hash"
    }

    public var json: String { ReportJSON.text(self) }

    /// For a terminal.
    public var lines: [String] {
        var columns = TextColumns(["", ""], numeric: [])
        columns.add([
            "  gossip",
            "\(simulation.gossipGroups) groups · one view after \(ReportFigures.seconds(simulation.joinMedian)) at the "
                + "median, \(ReportFigures.seconds(simulation.joinLast)) at the last",
        ])
        columns.add(["  plan", "\(depth) peers deep · made with the bound in \(ReportFigures.seconds(planning))"])
        columns.add(["  bound", ReportFigures.seconds(bound)])
        columns.add(["  cost", "\(simulation.events) events in \(ReportFigures.seconds(simulation.wall))"])
        columns.add(["  trace", "\(traceHash) · seed \(seed)"])
        return ["\(name): \(hosts) hosts, simulated, plan only"] + columns.lines
    }
}
