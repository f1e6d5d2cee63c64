/// One step of a benchmark: a file of a directory of topologies, and how it is measured.
package enum BenchStep: Sendable, Hashable {
    /// Real peers over an emulated network.
    case run(String, repeats: Int)
    /// The same by other tools as well.
    case compare(String, tools: [ToolName], repeats: Int)
    /// In virtual time; hosts and mebibytes more than the file has, when given.
    case simulate(String, repeats: Int, hosts: Int?, mebibytes: Int64?)
    /// So many random networks in virtual time.
    case random(networks: Int)
    /// How long peers take to see each other, and what they cost at rest.
    case rest(String)

    /// Nil when it draws its networks.
    package var file: String? {
        switch self {
        case .random: nil
        case .run(let file, _), .compare(let file, _, _), .simulate(let file, _, _, _), .rest(let file): file
        }
    }

    /// What tells steps apart, in results as well: `compare/flat-8`, `simulate/racks-4x8-1000`. How often a step is repeated and
    /// by which tools is no part of it, so that figures of another sitting are replaced by those of today's set.
    package var name: String {
        let file = file ?? ""
        let stem = file.hasSuffix(".yaml") ? String(file.dropLast(5)) : file
        return switch self {
        case .random(let networks): "random/\(networks)"
        case .run: "run/\(stem)"
        case .compare: "compare/\(stem)"
        case .simulate(_, _, let hosts, _): "simulate/\(stem)\(hosts.map { "-\($0)" } ?? "")"
        case .rest: "rest/\(stem)"
        }
    }

    package var title: String {
        let file = file ?? ""
        return switch self {
        case .run(_, let repeats): "\(file), emulated, \(Self.times(repeats))"
        case .compare(_, let tools, let repeats):
            "\(file) by skein and \(tools.count) other tools, \(Self.times(repeats))"
        case .simulate(_, let repeats, let hosts, _):
            "\(file), simulated\(hosts.map { " with \($0) hosts" } ?? ""), \(Self.times(repeats))"
        case .random(let networks): "\(networks) random networks, simulated"
        case .rest: "the peers of \(file) at rest"
        }
    }

    /// False when nothing of the machine is touched, so that no root is needed.
    package var isEmulated: Bool {
        switch self {
        case .simulate, .random: false
        case .run, .compare, .rest: true
        }
    }

    /// The same so many times.
    package func repeated(_ repeats: Int) -> BenchStep {
        switch self {
        case .run(let file, _): .run(file, repeats: repeats)
        case .compare(let file, let tools, _): .compare(file, tools: tools, repeats: repeats)
        case .simulate(let file, _, let hosts, let mebibytes):
            .simulate(file, repeats: repeats, hosts: hosts, mebibytes: mebibytes)
        case .rest, .random: self
        }
    }

    private static func times(_ count: Int) -> String { count == 1 ? "once" : "\(count) times" }
}
