public import Basics

/// The tools that people would use instead of skein, as `skein lab compare` knows them.
public enum ToolName: String, CaseIterable, Sendable, Codable {
    /// Host to host over plain TCP, each one writing and forwarding at once.
    case chain
    /// Multicast.
    case udpcast
    /// BitTorrent with a tracker.
    case aria2
    /// BitTorrent between peers that are told of each other.
    case libtorrent
    /// Everybody from the source.
    case rsync

    /// Reads a list such as `chain,rsync`; a name that is there twice counts once.
    ///
    /// - Throws: `SkeinError` of code `usage` for a name that is no tool.
    public static func list(_ text: String) throws(SkeinError) -> [ToolName] {
        let all = allCases.map(\.rawValue).joined(separator: ",")
        var tools: [ToolName] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: true) {
            let name = part.filter { $0 != " " }
            guard let tool = ToolName(rawValue: name) else {
                let near = allCases.first { $0.rawValue.hasPrefix(name.prefix(2)) && !name.isEmpty }
                throw SkeinError(
                    .usage, doing: "reading --tools", cause: "there is no tool '\(name)'",
                    next: near.map { "did you mean \($0.rawValue)? all: \(all)" } ?? "choose from \(all)")
            }
            if !tools.contains(tool) { tools.append(tool) }
        }
        guard !tools.isEmpty else {
            throw SkeinError(
                .usage, doing: "reading --tools", cause: "no tool is named", next: "choose from \(all)")
        }
        return tools
    }

    /// How the tool is set up and started.
    package var tool: any ComparedTool {
        switch self {
        case .chain: ChainTool()
        case .udpcast: UdpcastTool()
        case .aria2: Aria2Tool()
        case .libtorrent: LibtorrentTool()
        case .rsync: RsyncTool()
        }
    }
}
