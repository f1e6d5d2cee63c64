import Basics
import Glibc
import Subprocess

/// One build: its directory (half until it is renamed), its log, and their end.
struct BuildJob {
    /// Directories of unfinished builds start with this, those of finished ones with the other.
    static let halfPrefix = "half-"
    static let builtPrefix = "built-"

    let configuration: BuildConfiguration
    let recipe: Recipe
    let doing: String
    /// Unfinished: removed when the build fails.
    let directory: String
    private let finalDirectory: String
    let log: String

    init(_ configuration: BuildConfiguration, recipe: Recipe, doing: String, label: String) throws(SkeinError) {
        self.configuration = configuration
        self.recipe = recipe
        self.doing = doing
        var generator = SystemRandomNumberGenerator()
        let name = Hex.encode((0..<8).map { _ in UInt8.random(in: 0...255, using: &generator) })
        directory = "\(configuration.workDirectory)/\(Self.halfPrefix)\(name)"
        finalDirectory = "\(configuration.workDirectory)/\(Self.builtPrefix)\(name)"
        log = "\(configuration.logDirectory)/\(Self.timestamp())-\(label)-\(name).log"
        try BuildFiles.makeDirectory(configuration.workDirectory)
        try BuildFiles.makeDirectory(configuration.logDirectory)
        Self.dropOldLogs(in: configuration.logDirectory)
        try BuildFiles.makeDirectory(directory, mode: 0o700)
        try BuildFiles.makeDirectory("\(directory)/stage/files", mode: 0o700)
        try BuildFiles.makeDirectory("\(directory)/stage/run", mode: 0o700)
        try BuildFiles.write("\(doing)\n", to: log, mode: 0o640)
    }

    /// Where the archive cache of this recipe's base is.
    var cache: String { "\(configuration.workDirectory)/apt/\(recipe.base.suite)-\(recipe.base.arch)" }

    /// Puts scripts, files and commands where the build's scripts look for them.
    func stage(_ steps: [RecipeStep]) throws(SkeinError) {
        let stage = "\(directory)/stage"
        try BuildFiles.write(ApplyScript.text, to: "\(stage)/apply")
        try BuildFiles.write(CollectScript.text, to: "\(stage)/collect")
        try BuildFiles.write(GuestKernel.modules.joined(separator: " "), to: "\(stage)/modules")
        var lines = ""
        var files = 0
        var commands = 0
        for step in steps {
            switch step {
            case .user(let user):
                lines += "user \(user.name) \(user.uid.map { String($0) } ?? "-")\n"
            case .file(let file):
                try BuildFiles.write(file.content, to: "\(stage)/files/\(files)")
                lines += "file \(files) \(String(file.mode, radix: 8)) \(file.owner) \(file.group) \(file.path)\n"
                files += 1
            case .run(let command):
                try BuildFiles.write(command + "\n", to: "\(stage)/run/\(commands)")
                commands += 1
            }
        }
        try BuildFiles.write(lines, to: "\(stage)/steps")
    }

    /// Writes the package sources and what apt is told.
    func stageArchives() throws(SkeinError) {
        let sources = AptSources.ofHost(suite: recipe.base.suite)
        guard !sources.files.isEmpty else {
            throw SkeinError(
                .notFound, doing: doing, cause: "this host has no package source for \(recipe.base.suite)",
                next: "name a Debian archive in /etc/apt/sources.list, and run apt-get update")
        }
        try BuildFiles.makeDirectory("\(cache)/sources")
        let wanted = Set(sources.files.map(\.name))
        for name in BuildFiles.names(in: "\(cache)/sources") where !wanted.contains(name) {
            unlink("\(cache)/sources/\(name)")
        }
        for file in sources.files { try BuildFiles.write(file.text, to: "\(cache)/sources/\(file.name)", mode: 0o644) }
        try BuildFiles.write(
            AptConfiguration.text(root: "\(directory)/root", cache: cache, arch: recipe.base.arch),
            to: "\(directory)/apt.conf")
    }

    /// Runs a script in the sandbox and makes the image of what it leaves; on any failure nothing is left.
    func run(
        _ script: String, arguments: [String], steps: [RecipeStep], progress: ImageBuilder.Progress
    ) async throws(SkeinError) -> BuiltImage {
        var recorder = BuildRecorder(counts: Self.counts(steps))
        progress(recorder.progress)
        let sandbox = BuildSandbox(networkNamespace: configuration.networkNamespace, log: log)
        let ending = await sandbox.run(RootScript.text + "\n" + script, arguments: arguments) { line in
            if recorder.read(line) { progress(recorder.progress) }
        }
        await Self.waitForRelease(of: directory)
        do throws(SkeinError) {
            switch ending {
            case .exited(0):
                return try finish(&recorder)
            case .exited(let code):
                throw failure(recorder.progress, exitCode: code)
            case .cancelled:
                throw SkeinError(.cancelled, doing: doing, cause: "cancelled")
            case .failed(let why):
                throw SkeinError(.tool, doing: doing, cause: why)
            }
        } catch {
            await Self.remove(directory)
            throw error
        }
    }

    private func failure(_ progress: BuildProgress, exitCode: Int32) -> SkeinError {
        BuildFailure(
            doing: doing, recipe: recipe, progress: progress, exitCode: exitCode, directory: directory,
            workDirectory: configuration.workDirectory, log: log
        ).error()
    }

    private func finish(_ recorder: inout BuildRecorder) throws(SkeinError) -> BuiltImage {
        let parts = "\(directory)/parts"
        try BuildFiles.write(
            try InitialRamDisk.archive(of: parts), to: "\(directory)/\(BuiltImage.Name.initrd)", mode: 0o644)
        let packages = BuildFiles.readText("\(parts)/packages", limit: 16 << 20) ?? ""
        guard !packages.isEmpty else { throw SkeinError(.tool, doing: doing, cause: "the image has no packages") }
        try removeLeftovers()
        guard rename(directory, finalDirectory) == 0 else { throw BuildFiles.failure(doing) }
        recorder.finish()
        return BuiltImage(
            directory: finalDirectory, disk: "\(finalDirectory)/\(BuiltImage.Name.disk)",
            kernel: "\(finalDirectory)/\(BuiltImage.Name.kernel)",
            initrd: "\(finalDirectory)/\(BuiltImage.Name.initrd)",
            commandLine: ImageBuilder.commandLine, packages: packages.split(separator: "\n").map(String.init),
            phases: BuildPhase.allCases.compactMap { phase in
                recorder.finished[phase].map { BuiltImage.PhaseTime(phase: phase, time: $0) }
            },
            log: log)
    }

    /// Takes the build's own files out of the directory that becomes the image's.
    private func removeLeftovers() throws(SkeinError) {
        let kept = [BuiltImage.Name.disk, BuiltImage.Name.kernel, BuiltImage.Name.initrd]
        for name in BuildFiles.names(in: directory) where !kept.contains(name) {
            try BuildFiles.removeTree("\(directory)/\(name)")
        }
    }

    private static func counts(_ steps: [RecipeStep]) -> [BuildPhase: Int] {
        var counts: [BuildPhase: Int] = [:]
        for step in steps {
            switch step {
            case .user: counts[.users, default: 0] += 1
            case .file: counts[.files, default: 0] += 1
            case .run: counts[.run, default: 0] += 1
            }
        }
        return counts
    }

    /// Waits until no loop device holds a file of a directory: the kernel lets go shortly after the last process.
    static func waitForRelease(of directory: String) async {
        let deadline = ContinuousClock.now + BuildLimits.release
        while ContinuousClock.now < deadline, isLooped(directory) {
            // A task of its own, so that it waits in a cancelled task too.
            await Task.detached { try? await Task.sleep(for: .milliseconds(20)) }.value
        }
    }

    static func isLooped(_ directory: String) -> Bool {
        BuildFiles.names(in: "/sys/block").contains { name in
            name.hasPrefix("loop")
                && (BuildFiles.readText("/sys/block/\(name)/loop/backing_file")?.hasPrefix("\(directory)/") ?? false)
        }
    }

    /// Removes a directory off the task's own thread.
    static func remove(_ directory: String) async {
        await Task.detached { try? BuildFiles.removeTree(directory) }.value
    }

    private static func timestamp() -> String {
        var now = time(nil)
        var parts = tm()
        gmtime_r(&now, &parts)
        func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(parts.tm_year + 1900)\(two(parts.tm_mon + 1))\(two(parts.tm_mday))"
            + "-\(two(parts.tm_hour))\(two(parts.tm_min))\(two(parts.tm_sec))"
    }

    private static func dropOldLogs(in directory: String) {
        let logs = BuildFiles.names(in: directory).filter { $0.hasSuffix(".log") }
        for name in logs.dropLast(BuildLimits.logs - 1) { unlink("\(directory)/\(name)") }
    }
}
