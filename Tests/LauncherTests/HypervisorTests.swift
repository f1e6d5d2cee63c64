import Basics
import Foundation
import Launcher
import Testing

/// Real QEMU guests under a real embedded libvirt. One process holds one root, so these run one after the other.
@Suite("The hypervisor", .serialized, .timeLimit(.minutes(3)))
struct HypervisorTests {
    /// One root for all tests: a process keeps the first it opens. Removed when the process ends.
    private static let root: String = {
        atexit { try? FileManager.default.removeItem(atPath: "/tmp/skt-hv-\(getpid())") }
        return "/tmp/skt-hv-\(getpid())"
    }()
    private let options = HypervisorOptions(root: HypervisorTests.root)

    @Test("starts a guest, sees its phases, finds it again after reopening, and ends it")
    func lifeOfANode() async throws {
        let directory = try TemporaryDirectory()
        let guest = try TestGuest(kernel: try await TestKernel.find(), directory: directory)
        let hypervisor = try await timed("open new root") { try await Hypervisor.open(options) }
        let plan = try guest.plan(node: "n001", directory: directory, diskSize: .mebibytes(4))
        try await NodeDirectory.prepare(plan, seed: [try .text("etc/hostname", "n001.here\n")])
        do {
            try await timed("start") { try await hypervisor.start(plan, accelerator: .tcg) }
            let watcher = NodeWatcher(interval: .milliseconds(20))
            let updates = watcher.updates()
            watcher.watch(plan.name, directory: plan.directory)
            let watching = Task { await watcher.run() }
            let deadline = Task {
                try await Task.sleep(for: .seconds(60))
                watching.cancel()
            }
            // The updates end when the watcher does.
            await timed("boot to done") {
                for await update in updates where update.report.phase == .done { break }
            }
            deadline.cancel()
            watching.cancel()
            let phases = watcher.progress(of: plan.name)?.reports.map(\.phase)
            #expect(phases == GuestPhase.allCases)

            let console = watcher.lastConsoleLines(plan.name, 50)
            #expect(console.contains("disk vda root 8192 sectors"), "\(console)")
            #expect(console.contains("disk vdb skein-seed 20 sectors"))
            #expect(console.contains("hostname n001.here"))
            #expect(try directory.read("base.raw").allSatisfy { $0 == 0x55 })

            let nodes = try await hypervisor.list()
            #expect(nodes.map(\.name) == [plan.name])
            #expect(nodes.first?.uuid == plan.uuid && nodes.first?.memory == plan.memory && nodes.first?.vcpus == 1)
            let again = await #expect(throws: SkeinError.self) { try await hypervisor.start(plan, accelerator: .tcg) }
            #expect(again?.code == .conflict)

            let second = await #expect(throws: SkeinError.self) { try await Hypervisor.open(options) }
            #expect(second?.code == .conflict)

            await hypervisor.close()
            let closed = await #expect(throws: SkeinError.self) { try await hypervisor.list() }
            #expect(closed?.code == .cancelled)
        } catch {
            try? await hypervisor.destroy(plan.name)
            throw error
        }

        let reopened = try await timed("reopen") { try await Hypervisor.open(options) }
        let events = reopened.events()
        #expect(try await reopened.isRunning(plan.name))
        try await timed("destroy") { try await reopened.destroy(plan.name) }
        for await event in events where event.isEnd {
            #expect(event == NodeEvent(name: plan.name, uuid: plan.uuid, kind: .destroyed))
            break
        }
        #expect(try await reopened.list().isEmpty)
        #expect(try await !reopened.isRunning(plan.name))
        try await reopened.destroy(plan.name)
        await reopened.close()
        #expect(try await GuestProcesses.below(plan.directory).isEmpty)
    }

    @Test("tells a guest that turned itself off from one whose QEMU died")
    func endings() async throws {
        let directory = try TemporaryDirectory()
        let guest = try TestGuest(kernel: try await TestKernel.find(), directory: directory)
        let hypervisor = try await Hypervisor.open(options)
        let ending = try guest.plan(node: "off", directory: directory)
        let dying = try guest.plan(node: "dies", directory: directory)
        let events = hypervisor.events()
        let off = try SeedEntry.text("etc/poweroff", "")
        try await NodeDirectory.prepare(ending, seed: [try .text("etc/hostname", "a\n"), off])
        try await NodeDirectory.prepare(dying, seed: [])
        do {
            async let first: Void = hypervisor.start(ending, accelerator: .tcg)
            async let second: Void = hypervisor.start(dying, accelerator: .tcg)
            _ = try await (first, second)
            let pids = try await GuestProcesses.below(dying.directory)
            #expect(pids.count == 1)
            for pid in pids { kill(pid, SIGKILL) }
            var ends: [String: NodeEvent.Kind] = [:]
            for await event in events where event.isEnd {
                ends[event.name.node] = event.kind
                if ends.count == 2 { break }
            }
            #expect(ends == ["off": .shutDown, "dies": .failed])
            #expect(try await hypervisor.list().isEmpty)
            #expect(hypervisor.lostEvents == 0)
        } catch {
            for plan in [ending, dying] { try? await hypervisor.destroy(plan.name) }
            throw error
        }
        await hypervisor.close()
    }

    @Test("a node that cannot start says why and leaves no domain")
    func failures() async throws {
        let directory = try TemporaryDirectory()
        let guest = try TestGuest(kernel: try await TestKernel.find(), directory: directory)
        let hypervisor = try await Hypervisor.open(options)
        let plan = try guest.plan(node: "bad", directory: directory)
        let missing = await #expect(throws: SkeinError.self) { try await hypervisor.start(plan, accelerator: .tcg) }
        #expect(missing?.code == .notFound)

        try await NodeDirectory.prepare(plan, seed: [])
        try directory.write(Array("this is no qcow2 file".utf8), to: "nodes/bad/disk.qcow2")
        let broken = await #expect(throws: SkeinError.self) {
            try await timed("failed start") { try await hypervisor.start(plan, accelerator: .tcg) }
        }
        #expect(broken?.code == .tool && broken?.cause.isEmpty == false)
        #expect(try await hypervisor.list().isEmpty)
        await hypervisor.close()
        #expect(try await GuestProcesses.below(plan.directory).isEmpty)
    }

    @Test("a root that is too long, relative or strange is refused before anything is made")
    func roots() async throws {
        for root in ["relative", "/tmp/" + String(repeating: "x", count: 60), "/tmp/a b", "/tmp/a?b", "/tmp/ü"] {
            let error = await #expect(throws: SkeinError.self) {
                try await Hypervisor.open(HypervisorOptions(root: root))
            }
            #expect(error?.code == .usage)
        }
        let directory = try TemporaryDirectory()
        let missing = await #expect(throws: SkeinError.self) {
            try await Hypervisor.open(HypervisorOptions(root: directory.file("hv"), emulator: "/nowhere/qemu"))
        }
        #expect(missing?.code == .notFound)
        // Another root in the same process, and a user that may not use what is there.
        let hypervisor = try await Hypervisor.open(options)
        let other = await #expect(throws: SkeinError.self) {
            try await Hypervisor.open(HypervisorOptions(root: directory.file("hv")))
        }
        #expect(other?.code == .conflict)
        await hypervisor.close()
    }

    private func timed<Value>(_ what: String, _ body: () async throws -> Value) async rethrows -> Value {
        let start = ContinuousClock.now
        defer { print("measured: \(what): \(ContinuousClock.now - start)") }
        return try await body()
    }
}
