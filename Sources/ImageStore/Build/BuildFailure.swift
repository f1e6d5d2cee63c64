import Basics

/// Turns a failed build into the error that people see: which package or step, why, and the log's last lines.
struct BuildFailure {
    let doing: String
    let recipe: Recipe
    let progress: BuildProgress
    let exitCode: Int32
    let directory: String
    let workDirectory: String
    let log: String

    func error() -> SkeinError {
        let text = BuildFiles.tail(log, limit: BuildLimits.errorTail)
        if let full = fullError(text) { return full }
        if let package = unknownPackage(text) { return packageError(package) }
        let last = Self.lastLines(text)
        switch progress.phase {
        case .run:
            let command = recipe.run.indices.contains(progress.done) ? recipe.run[progress.done] : ""
            return SkeinError(
                .tool, doing: doing,
                cause:
                    "run step \(progress.done + 1) (`\(Self.short(command))`) failed with exit code \(exitCode)\(last)",
                next: "the whole log is \(log)")
        case .users, .files:
            return SkeinError(
                .tool, doing: doing, cause: "\(progress.detail) cannot be made\(last)", next: "the whole log is \(log)")
        case .lists, .download:
            return SkeinError(
                .unreachable, doing: doing, cause: "the package archives cannot be read\(last)",
                next: "does `apt-get update` work on this host? The whole log is \(log)")
        case .install:
            let package = progress.detail.isEmpty ? "" : " at \(progress.detail)"
            return SkeinError(
                .tool, doing: doing, cause: "installing packages failed\(package)\(last)",
                next: "the whole log is \(log)")
        case .prepare, .scrub, .image:
            return SkeinError(
                .tool, doing: doing, cause: "phase \(progress.phase.rawValue) failed with exit code \(exitCode)\(last)",
                next: "the whole log is \(log)")
        }
    }

    /// Full: the host's file system when little is left there, else the image's own.
    private func fullError(_ text: String) -> SkeinError? {
        let free = BuildFiles.freeSpace(at: workDirectory)
        let isHostFull = free.map { $0 < BuildLimits.freeAtAll } ?? false
        guard isHostFull || text.contains("No space left on device") || text.contains("don't have enough free space")
        else { return nil }
        if isHostFull, let free {
            return SkeinError(
                .resources, doing: doing, cause: "\(workDirectory) has \(free) left", next: "make room there")
        }
        return SkeinError(
            .resources, doing: doing, cause: "the image's file system of \(BuildLimits.disk) is full",
            next: "install fewer packages, or put large files on shared storage")
    }

    private func unknownPackage(_ text: String) -> String? {
        for line in text.split(separator: "\n") where line.hasPrefix("E: ") {
            let words = line.split(separator: " ").map { $0.filter { $0 != "'" && $0 != "’" && $0 != "‘" } }
            if line.contains("Unable to locate package") { return words.last }
            if line.contains("has no installation candidate"), words.count > 2 { return words[2] }
            if line.contains("Couldn't find any package"), let name = words.last { return name }
        }
        return nil
    }

    private func packageError(_ package: String) -> SkeinError {
        let names = BuildFiles.readText("\(directory)/names", limit: 64 << 20) ?? ""
        let hints = NameHints.closest(to: package, among: names.split(separator: "\n"))
        let next =
            hints.isEmpty ? "`apt-cache search WORD` finds names" : "did you mean \(hints.joined(separator: ", "))?"
        return SkeinError(
            .notFound, doing: doing, cause: "no package named \(package) in \(recipe.base.suite)", next: next)
    }

    /// The end of what the last phase said.
    private static func lastLines(_ text: String) -> String {
        let all = text.split(separator: "\n")
        let start = all.lastIndex { $0.hasPrefix("--- ") }.map { $0 + 1 } ?? 0
        let lines = all[start...].suffix(BuildLimits.errorLines)
        return lines.isEmpty ? "" : "\n  " + lines.joined(separator: "\n  ")
    }

    private static func short(_ command: String) -> String {
        let line = command.split(separator: "\n").first.map(String.init) ?? ""
        return line.count > 80 || line.count < command.count ? line.prefix(80) + "…" : line
    }
}
