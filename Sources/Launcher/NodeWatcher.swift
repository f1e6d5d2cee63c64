import Synchronization

/// Follows the logs of all nodes of this host and says how far each guest has come.
///
/// One task looks at the sizes of the files at a fixed interval: two system calls a node, no descriptor held open, and
/// nothing to connect again after a restart of the peer. It also keeps the logs of flooding guests within their limits.
public final class NodeWatcher: Sendable {
    private let nodes = Mutex<[NodeName: WatchedNode]>([:])
    private let relay = EventRelay<PhaseUpdate>(limit: LauncherLimits.waitingEvents)
    private let interval: Duration
    /// Says that there is something to look at; a host without nodes has no timer running.
    private let arrivals: AsyncStream<Void>
    private let arrived: AsyncStream<Void>.Continuation

    public init(interval: Duration = .milliseconds(100)) {
        self.interval = interval
        (arrivals, arrived) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    /// Follows a node from the start of its logs on. Watching it again starts over.
    public func watch(_ name: NodeName, directory: String) {
        nodes.withLock { $0[name] = WatchedNode(directory: directory) }
        arrived.yield()
    }

    public func forget(_ name: NodeName) {
        nodes.withLock { _ = $0.removeValue(forKey: name) }
    }

    /// Where a node is now; nil when it is not watched.
    public func progress(of name: NodeName) -> NodeProgress? {
        nodes.withLock { $0[name]?.progress }
    }

    /// Every step from now on. Bounded: a slow reader loses the oldest, ``progress(of:)`` is always right.
    public func updates() -> AsyncStream<PhaseUpdate> { relay.stream() }

    /// The last lines of a node's console, harmless for a terminal; none when it is not watched or has none.
    public func lastConsoleLines(_ name: NodeName, _ count: Int) -> [String] {
        guard let files = nodes.withLock({ $0[name]?.files }) else { return [] }
        return ConsoleTail.lines(ofFile: files.console, count: count)
    }

    /// Looks until the task is cancelled; then all update streams end.
    @concurrent
    public func run() async {
        for await _ in arrivals {
            while !Task.isCancelled, nodes.withLock({ !$0.isEmpty }) {
                look()
                do { try await Task.sleep(for: interval) } catch { break }
            }
        }
        relay.finish()
    }

    /// Looks at every node once. ``run()`` does nothing else.
    public func look() {
        let names = nodes.withLock { $0.keys.sorted() }
        for name in names {
            // One node at a time under the lock: a look is short, and forgetting is never followed by an update.
            let found = nodes.withLock { nodes in nodes[name]?.look() }
            guard let found else { continue }
            for report in found.reports { relay.send(PhaseUpdate(name: name, report: report, isOld: found.isOld)) }
        }
    }
}
