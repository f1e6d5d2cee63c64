import Basics
import Glibc

/// The watcher's place in the logs of one node.
struct WatchedNode: Sendable {
    let files: NodeFiles
    private(set) var progress = NodeProgress()
    private var parser = ReadyLogParser()
    private var offset: Int64 = 0
    private var isFirstLook = true

    init(directory: String) { files = NodeFiles(directory: directory) }

    /// Reads what is new, cuts what is too long, and gives the new reports.
    mutating func look() -> (reports: [PhaseReport], isOld: Bool) {
        cutConsole()
        var reports = lookAtReadyLog()
        // Whatever speaks on either of them was started by a kernel.
        if progress.phase == nil, !reports.isEmpty || (HostFile.size(of: files.console) ?? 0) > 0 {
            reports.insert(PhaseReport(phase: .kernel), at: 0)
        }
        for report in reports { progress.take(report) }
        defer { isFirstLook = false }
        return (reports, isFirstLook)
    }

    private mutating func lookAtReadyLog() -> [PhaseReport] {
        guard let size = HostFile.size(of: files.ready), size != offset else { return [] }
        if size < offset {
            // The file was made anew for another run of the node.
            offset = 0
            parser = ReadyLogParser()
        }
        guard let bytes = HostFile.read(files.ready, from: offset, limit: LauncherLimits.readyReadBytes) else {
            return []
        }
        offset += Int64(bytes.count)
        if size > LauncherLimits.readyLogBytes.bytes {
            // QEMU appends, so it goes on at the new end.
            truncate(files.ready, 0)
            offset = 0
            progress.isFlooding = true
        }
        return parser.consume(bytes)
    }

    private mutating func cutConsole() {
        guard let size = HostFile.size(of: files.console), size > LauncherLimits.consoleLogBytes.bytes else { return }
        let tail = HostFile.readEnd(of: files.console, limit: LauncherLimits.consoleTailBytes) ?? []
        try? HostFile.write(tail, to: files.olderConsole, mode: 0o600, doing: "keeping the end of a console")
        truncate(files.console, 0)
        progress.isFlooding = true
    }
}
