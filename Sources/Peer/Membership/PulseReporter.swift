import Basics
import Glibc
import Gossip
import ImageStore
import Launcher
import NIOConcurrencyHelpers
import ServiceLifecycle

/// Tells gossip how this peer is: what it holds, how much room it has, how many nodes it runs, what its links carry.
final class PulseReporter: Service, CustomStringConvertible {
    /// The service group asks for it; without it everything inside would be written out by reflection.
    let description = "pulse"

    private let gossip: GossipHandle
    private let store: LocalStore
    private let workers: WorkerPool
    private let bandwidth: BandwidthHandle
    private let nodeHost = NIOLockedValueBox<NodeHost?>(nil)
    private let wakeUps: AsyncStream<Void>
    private let waker: AsyncStream<Void>.Continuation

    /// How often it looks by itself; changes wake it at once.
    private static let interval = Duration.seconds(5)

    init(gossip: GossipHandle, store: LocalStore, workers: WorkerPool, bandwidth: BandwidthHandle) {
        self.gossip = gossip
        self.store = store
        self.workers = workers
        self.bandwidth = bandwidth
        (wakeUps, waker) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    func follow(_ host: NodeHost) async {
        nodeHost.withLockedValue { $0 = host }
    }

    /// Something changed: report soon.
    func wake() { waker.yield() }

    func run() async throws {
        let waker = waker
        await withGracefulShutdownHandler {
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    while !Task.isCancelled {
                        waker.yield()
                        do { try await Task.sleep(for: PulseReporter.interval) } catch { break }
                    }
                }
                for await _ in wakeUps { await report() }
                group.cancelAll()
            }
        } onGracefulShutdown: {
            waker.finish()
        }
    }

    private func report() async {
        guard let host = nodeHost.withLockedValue({ $0 }) else { return }
        let store = store
        let holdings = try? await workers.run {
            try store.images().filter(\.isComplete).sorted { $0.createdAt > $1.createdAt }.map(\.id)
        }
        var load = [0.0, 0.0, 0.0]
        getloadavg(&load, 3)
        let free = await host.freeMemory
        let total = await host.totalMemory
        let nodes = await host.nodeCount
        let forecasts = await bandwidth.forecasts()
        var pulse = Pulse(
            freeMemoryMiB: UInt32(clamping: free.mebibytes), totalMemoryMiB: UInt32(clamping: total.mebibytes),
            vcpus: UInt16(clamping: sysconf(Int32(_SC_NPROCESSORS_ONLN))), nodeCount: UInt16(clamping: nodes),
            loadHundredths: UInt16(clamping: Int(max(0, load[0]) * 100)), holdings: holdings ?? [])
        pulse.version = PeerVersion.number
        pulse.describe(down: forecasts.down, up: forecasts.up)
        gossip.report(pulse)
    }
}
