import Basics
import Glibc

/// One lab of a check of gossip: what is done to it, and what its peers say of that.
///
/// Peers note to the instant when others came and went, so they are asked rarely and one after the other: frequent
/// questions to all of them would slow down what is measured.
struct CheckedLab: Sendable {
    let lab: LabRun
    let control: any GossipControl
    let name: String
    let hosts: [LabRecord.Host]

    private static let firstAsk: Duration = .seconds(1)
    private static let pause: Duration = .milliseconds(500)

    init(lab: LabRun, control: any GossipControl, name: String) throws(SkeinError) {
        self.lab = lab
        self.control = control
        self.name = name
        hosts = try lab.record(of: name, doing: "checking gossip").hosts
    }

    /// Asks peers until each of them shows a change of a kind, and tells how long after an instant each noted it;
    /// infinite for those that did not in time.
    func times(
        since start: Instant, of places: [Int], patience: Duration, _ isIt: (LabMembership.Change) -> Bool
    ) async throws -> [Double] {
        var found: [Int: Double] = [:]
        try await Task.sleep(for: Self.firstAsk)
        while true {
            for place in places where found[place] == nil {
                // A peer that is about to start does not answer yet.
                guard
                    let view = try? await control.membership(socket: hosts[place].socket, since: start.nanoseconds),
                    let change = view.changes.first(where: isIt)
                else { continue }
                found[place] = (Instant(nanoseconds: change.at) - start).inSeconds
            }
            guard found.count < places.count, LabClock.now() - start < patience else { break }
            try await Task.sleep(for: Self.pause)
        }
        return places.map { found[$0] ?? .infinity }
    }

    /// When each of all peers saw all others, in seconds after an instant.
    func joined(since start: Instant, patience: Duration) async throws -> [Double] {
        let count = hosts.count
        return try await times(since: start, of: Array(hosts.indices), patience: patience) { $0.present == count }
    }

    /// kill -9 of one peer.
    ///
    /// - Returns: when each of the others said that it is dead, in seconds.
    func crash(_ victim: Int, patience: Duration) async throws -> [Double] {
        let record = try lab.record(of: name, doing: "killing a peer")
        guard let process = record.hosts[victim].process, LabRun.isRunning(process, hosts[victim].namespace) else {
            throw SkeinError(.notFound, doing: "killing the peer of \(hosts[victim].name)", cause: "it does not run")
        }
        let start = LabClock.now()
        _ = kill(process, SIGKILL)
        let (others, victimName) = (hosts.indices.filter { $0 != victim }, hosts[victim].name)
        let times = try await times(since: start, of: others, patience: patience) {
            $0.name == victimName && $0.state == "dead"
        }
        LabProcesses.reap(process)
        return times
    }

    /// Starts a killed peer again.
    ///
    /// - Returns: the longest time until it, and everybody else, saw all peers again.
    func restart(_ victim: Int, patience: Duration) async throws -> Double {
        let start = LabClock.now()
        try await lab.startPeer(host: hosts[victim].path, lab: name)
        return try await joined(since: start, patience: patience).max() ?? .infinity
    }

    /// How often a peer declared another one gone since an instant, over all views.
    func losses(since start: Instant) async throws -> Int {
        var count = 0
        for host in hosts {
            let view = try await control.membership(socket: host.socket, since: start.nanoseconds)
            count += view.changes.count { $0.state != "alive" }
        }
        return count
    }

    /// How many peers see all others now.
    func complete() async throws -> Int {
        var count = 0
        for host in hosts {
            let view = try await control.membership(socket: host.socket, since: LabClock.now().nanoseconds)
            if view.present == hosts.count { count += 1 }
        }
        return count
    }

    /// What each peer has sent over sessions because datagrams did not do.
    func streamed() async throws -> [UInt64] {
        var counts: [UInt64] = []
        for host in hosts {
            counts.append(
                try await control.membership(socket: host.socket, since: LabClock.now().nanoseconds).streamed)
        }
        return counts
    }

    /// All that the interfaces of the hosts have carried since the network is there.
    func traffic() async throws -> TrafficReading {
        let counters = try await lab.linkCounters(lab: name)
        return TrafficReading(at: LabClock.now(), links: Array(counters.prefix(hosts.count)))
    }
}
