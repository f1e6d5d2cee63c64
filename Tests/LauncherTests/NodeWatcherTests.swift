import Basics
import Launcher
import Testing

@Suite("The node watcher")
struct NodeWatcherTests {
    let directory: TemporaryDirectory
    let name: NodeName
    let watcher = NodeWatcher(interval: .milliseconds(10))

    init() throws {
        directory = try TemporaryDirectory()
        name = try NodeName(cluster: "c", node: "n")
    }

    @Test("tells each phase once, in order, as the guest writes it")
    func phases() throws {
        watcher.watch(name, directory: directory.path)
        watcher.look()
        #expect(watcher.progress(of: name)?.phase == nil)
        try directory.write(Array("boot\n".utf8), to: "console.log")
        watcher.look()
        #expect(watcher.progress(of: name)?.phase == .kernel)
        try directory.write(Array("phase userspace\nphase net".utf8), to: "ready.log")
        watcher.look()
        #expect(watcher.progress(of: name)?.phase == .userspace)
        try directory.append(Array("work address=1.2.3.4\nphase done\n".utf8), to: "ready.log")
        watcher.look()
        let progress = try #require(watcher.progress(of: name))
        #expect(progress.phase == .done && progress.boots == 1)
        #expect(progress.reports.map(\.phase) == [.kernel, .userspace, .network, .done])
        #expect(progress.reports[2]["address"] == "1.2.3.4")
        #expect(watcher.lastConsoleLines(name, 5) == ["boot"])
    }

    @Test("a guest that restarts starts its phases over, and so does a new run of the node")
    func restarts() throws {
        try directory.write(Array("phase userspace\nphase done\nphase userspace\n".utf8), to: "ready.log")
        watcher.watch(name, directory: directory.path)
        watcher.look()
        #expect(watcher.progress(of: name)?.phase == .userspace)
        #expect(watcher.progress(of: name)?.boots == 2)
        try directory.write(Array("phase network\n".utf8), to: "ready.log")
        watcher.look()
        #expect(watcher.progress(of: name)?.phase == .network)
        watcher.forget(name)
        #expect(watcher.progress(of: name) == nil)
        #expect(watcher.lastConsoleLines(name, 5).isEmpty)
    }

    @Test("updates arrive in order, say what was there before, and end with the watcher")
    func updates() async throws {
        try directory.write(Array("phase userspace\n".utf8), to: "ready.log")
        let updates = watcher.updates()
        watcher.watch(name, directory: directory.path)
        let running = Task { await watcher.run() }
        var found: [PhaseUpdate] = []
        for await update in updates {
            found.append(update)
            if update.report.phase == .userspace { try directory.append(Array("phase done\n".utf8), to: "ready.log") }
            if update.report.phase == .done { running.cancel() }
        }
        await running.value
        #expect(found.map(\.report.phase) == [.kernel, .userspace, .done])
        #expect(found.map(\.isOld) == [true, true, false])
    }

    @Test("a guest that floods its logs is cut, and its phases are still found")
    func flood() throws {
        watcher.watch(name, directory: directory.path)
        var random = RandomSource(seed: 7)
        try directory.write(random.bytes(Int(LauncherLimits.readyLogBytes.bytes) + 1), to: "ready.log")
        try directory.write(
            random.bytes(Int(LauncherLimits.consoleLogBytes.bytes)) + Array("\nlast words\n".utf8), to: "console.log")
        watcher.look()
        #expect(try directory.read("ready.log").isEmpty)
        #expect(try directory.read("console.log").isEmpty)
        #expect(try directory.read("console.log.1").count == LauncherLimits.consoleTailBytes)
        #expect(watcher.progress(of: name)?.isFlooding == true)
        try directory.append(Array("\nphase done\n".utf8), to: "ready.log")
        watcher.look()
        #expect(watcher.progress(of: name)?.phase == .done)
    }
}
