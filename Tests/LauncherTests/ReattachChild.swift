import Basics
import Foundation
import Launcher
import Testing

/// What the children of ``ReattachTests`` do; skipped everywhere else.
@Suite(.enabled(if: ReattachPart.current != nil))
struct ReattachChild {
    @Test func run() async throws {
        let part = try #require(ReattachPart.current)
        let path = try #require(ReattachPart.directory)
        let hypervisor = try await Hypervisor.open(HypervisorOptions(root: "\(path)/hv"))
        let name = try NodeName(cluster: "launcher-test", node: "left")
        switch part {
        case .startsAndDies:
            let guest = try TestGuest(kernel: try await TestKernel.find(), directory: TemporaryDirectory(kept: path))
            let plan = try guest.plan(node: "left", directory: TemporaryDirectory(kept: path))
            try await NodeDirectory.prepare(plan, seed: [])
            try await hypervisor.start(plan, accelerator: .tcg)
            print("started")
            fflush(nil)
            kill(getpid(), SIGKILL)
        case .findsAndEnds:
            do {
                let start = ContinuousClock.now
                let nodes = try await hypervisor.list()
                let isRunning = try await hypervisor.isRunning(name)
                let watcher = NodeWatcher()
                watcher.watch(name, directory: "\(path)/nodes/left")
                while watcher.progress(of: name)?.phase != .done, ContinuousClock.now - start < .seconds(60) {
                    watcher.look()
                    try await Task.sleep(for: .milliseconds(50))
                }
                let isDone = watcher.progress(of: name)?.phase == .done
                try await hypervisor.destroy(name)
                let isEnded = try await hypervisor.list().isEmpty
                print(
                    "found", nodes.map(\.name.domainName).joined(), isRunning ? "running," : "stopped,",
                    isDone ? "done again," : "not done,", isEnded ? "ended" : "left")
            } catch {
                try? await hypervisor.destroy(name)
                throw error
            }
            await hypervisor.close()
        }
    }
}
