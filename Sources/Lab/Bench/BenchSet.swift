/// What a benchmark measures: files of a directory of topologies, and how.
struct BenchSet: Sendable {
    enum Step: Sendable, Hashable {
        /// Real peers over an emulated network.
        case run(String, repeats: Int)
        /// The same by other tools as well.
        case compare(String, tools: [ToolName], repeats: Int)
        /// In virtual time; hosts and gibibytes more than the file has, when given.
        case simulate(String, repeats: Int, hosts: Int?, mebibytes: Int64?)
        /// How long peers take to see each other, and what they cost at rest.
        case rest(String)

        var file: String {
            switch self {
            case .run(let file, _), .compare(let file, _, _), .simulate(let file, _, _, _), .rest(let file): file
            }
        }

        var title: String {
            switch self {
            case .run(_, let repeats): "\(file), emulated, \(repeats) times"
            case .compare(_, let tools, let repeats):
                "\(file) by skein and \(tools.count) other tools, \(repeats) times"
            case .simulate(_, let repeats, let hosts, _):
                "\(file), simulated\(hosts.map { " with \($0) hosts" } ?? ""), \(repeats) times"
            case .rest(let file): "the peers of \(file) at rest"
            }
        }
    }

    let steps: [Step]

    /// What `make bench` runs: about a quarter of an hour on two cores. rsync is left out, since everybody from one source
    /// takes as long as all the rest; `skein lab compare` has it.
    static let standard = BenchSet(steps: emulated + [.rest("flat-190.yaml")] + simulated)

    private static let emulated: [Step] =
        [.compare("flat-8.yaml", tools: [.chain, .udpcast, .aria2, .libtorrent], repeats: 3)]
        + ["racks-2x4", "slow-uplink-8", "sites-2x4", "mixed-12", "kill-2-of-12"].map { .run("\($0).yaml", repeats: 3) }

    /// The bars of docs/PIPELINES.md that a simulator can tell; `skein lab random --simulate` has those of random networks.
    private static let simulated: [Step] =
        [
            "flat-16", "flat-32", "racks-4x8", "racks-4x8-hidden-labels", "one-slow-uplink", "one-slow-downlink",
            "sites-3x8-wan", "fat-source", "kill-10pct", "kill-30pct", "stop-10pct", "source-dies", "next-version",
        ]
        .map { .simulate("\($0).yaml", repeats: 5, hosts: nil, mebibytes: nil) } + [
            .simulate("flat-190.yaml", repeats: 3, hosts: nil, mebibytes: nil),
            .simulate("racks-4x8.yaml", repeats: 1, hosts: 1000, mebibytes: 256),
        ]
}
