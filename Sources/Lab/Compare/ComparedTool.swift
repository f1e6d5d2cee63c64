public import Basics

/// A tool that people would use instead of skein to bring a file to many hosts.
public enum ComparedTool: String, CaseIterable, Sendable, Hashable {
    /// socat from host to host: each receives, stores and forwards.
    case chain
    /// Multicast with acknowledgements.
    case udpcast
    /// BitTorrent.
    case aria2
    /// BitTorrent by python3-libtorrent.
    case libtorrent
    /// Every host pulls from a daemon at the source.
    case rsync

    /// The tools of a list with commas, each once, in its order.
    public static func parse(_ list: String) throws(SkeinError) -> [ComparedTool] {
        var tools: [ComparedTool] = []
        for word in list.split(separator: ",") {
            guard let tool = ComparedTool(rawValue: String(word.filter { $0 != " " })) else {
                throw SkeinError(
                    .usage, doing: "choosing tools", cause: "'\(word)' is no tool that skein is compared with",
                    next: "choose of \(allCases.map(\.rawValue).joined(separator: ", "))")
            }
            if !tools.contains(tool) { tools.append(tool) }
        }
        guard !tools.isEmpty else {
            throw SkeinError(
                .usage, doing: "choosing tools", cause: "no tool is named",
                next: "choose of \(allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return tools
    }

    /// Programs that it needs, with the Debian packages that have them.
    var programs: [(program: String, package: String)] {
        switch self {
        case .chain: [("socat", "socat")]
        case .udpcast: [("udp-sender", "udpcast"), ("udp-receiver", "udpcast")]
        case .aria2: [("aria2c", "aria2"), ("opentracker", "opentracker"), (Torrent.python, "python3")]
        case .libtorrent: [(Torrent.python, "python3-libtorrent"), ("opentracker", "opentracker")]
        case .rsync: [("rsync", "rsync")]
        }
    }

    /// Why it cannot be run on this machine; nil when it can.
    ///
    /// - Parameter find: where a program is; nil: nowhere.
    func lacking(find: (String) -> String? = Tool.find) async -> String? {
        let missing = programs.filter { find($0.program) == nil }
        if !missing.isEmpty {
            var packages: [String] = []
            for package in missing.map(\.package) where !packages.contains(package) { packages.append(package) }
            return "\(missing.map(\.program).joined(separator: ", ")) not installed; "
                + "install \(packages.joined(separator: " ")), or run scripts/bench-deps.sh"
        }
        switch self {
        case .chain, .udpcast, .aria2, .rsync: return nil
        case .libtorrent:
            let answer = try? await Tool.run(
                Torrent.python, ["-c", "import libtorrent"], doing: "looking for libtorrent", timeout: .seconds(20))
            guard answer?.status != 0 else { return nil }
            return "python has no module libtorrent; install python3-libtorrent, or run scripts/bench-deps.sh"
        }
    }

    /// How it distributes the file of a scene.
    func plan(_ scene: ToolScene) -> ToolPlan {
        switch self {
        case .chain: ChainTool.plan(scene)
        case .udpcast: UdpcastTool.plan(scene)
        case .aria2: Aria2Tool.plan(scene)
        case .libtorrent: LibtorrentTool.plan(scene)
        case .rsync: RsyncTool.plan(scene)
        }
    }
}
