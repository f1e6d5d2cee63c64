import Basics

/// One tool at its best settings: what it needs, and the processes that it consists of.
package protocol ComparedTool: Sendable {
    /// Programs that have to be installed.
    var programs: [String] { get }
    /// Whether the system's Python has to have libtorrent.
    var needsLibtorrent: Bool { get }
    /// Writes the files that its processes read; nothing of it is in the measured time.
    func prepare(_ setting: ToolSetting) async throws
    /// In the order in which they are started.
    func jobs(_ setting: ToolSetting) -> [ToolJob]
}

extension ComparedTool {
    package var needsLibtorrent: Bool { false }

    package func prepare(_ setting: ToolSetting) async throws {}

    /// Why it cannot be run here; nil when everything is installed.
    func lack() async -> String? {
        var missing = programs.filter { Tool.find($0) == nil }
        if needsLibtorrent, missing.isEmpty {
            let answer = try? await Tool.run(
                LibtorrentScript.python, ["-c", "import libtorrent"], doing: "looking for libtorrent")
            if answer?.status != 0 { missing.append("libtorrent for \(LibtorrentScript.python)") }
        }
        guard !missing.isEmpty else { return nil }
        return "not installed: \(missing.joined(separator: ", ")); run make bench-deps"
    }
}
