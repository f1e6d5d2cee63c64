import Basics
import FoundationEssentials
import Glibc

/// Waits until every peer of a lab answers and sees all the others; gives up when nothing gets better.
struct PeerWait: Sendable {
    let record: LabRecord
    let executable: String
    let options: LabOptions

    private static let pause: Duration = .milliseconds(150)
    /// Peers asked at the same time.
    private static let parallelAsks = 8

    /// Waits until every peer waits for the gate.
    func untilAtGate(_ isWaiting: (_ host: String) -> Bool) async throws(SkeinError) {
        var starting = record.hosts
        var lastProgress = ContinuousClock.now
        while true {
            try checkRunning()
            let before = starting.count
            starting.removeAll { isWaiting($0.name) }
            guard let slow = starting.first else { return }
            if starting.count < before {
                lastProgress = .now
            } else if ContinuousClock.now - lastProgress > options.stall {
                throw failure(slow, "it does not come to its start gate")
            }
            try await pause()
        }
    }

    /// Waits for the control sockets.
    func untilAnswered(progress: @Sendable (LabProgress) -> Void) async throws(SkeinError) {
        let total = record.hosts.count
        var waiting = record.hosts
        var lastProgress = ContinuousClock.now
        while !waiting.isEmpty {
            try checkRunning()
            let before = waiting.count
            waiting.removeAll { ControlSocket.answers($0.socket) }
            if waiting.count < before {
                lastProgress = .now
                progress(LabProgress(step: .answer, done: total - waiting.count, total: total))
            } else if ContinuousClock.now - lastProgress > options.stall {
                throw failure(waiting[0], "its control socket does not answer")
            }
            if !waiting.isEmpty { try await pause() }
        }
    }

    /// Waits for the control sockets, then for the view of every peer.
    func untilJoined(progress: @Sendable (LabProgress) -> Void) async throws(SkeinError) {
        try await untilAnswered(progress: progress)
        let total = record.hosts.count
        var waiting = record.hosts
        // The most members that the hosts in question have shown; any change for the better counts as progress.
        var bestSeen = 0
        var lastProgress = ContinuousClock.now
        while !waiting.isEmpty {
            try checkRunning()
            let batch = Array(waiting.prefix(Self.parallelAsks))
            let alive = await withTaskGroup(of: (Int, Int).self) { group in
                for (place, host) in batch.enumerated() {
                    group.addTask { (place, await aliveMembers(host)) }
                }
                return await group.reduce(into: [Int](repeating: 0, count: batch.count)) { $0[$1.0] = $1.1 }
            }
            let seen = alive.reduce(0, +)
            let left = batch.indices.filter { alive[$0] < groupSize(of: batch[$0]) }.map { batch[$0] }
            if left.count < batch.count || seen > bestSeen {
                bestSeen = left.count < batch.count ? 0 : seen
                lastProgress = .now
            } else if ContinuousClock.now - lastProgress > options.stall {
                throw failure(left[0], "it sees \(alive.min() ?? 0) of \(total) peers")
            }
            // Those that are not there yet are asked again after all others.
            waiting.removeFirst(batch.count)
            waiting += left
            progress(LabProgress(step: .join, done: total - waiting.count, total: total))
            if left.count == batch.count { try await pause() }
        }
    }

    /// How many peers a host is to see: all, or those of its site (paths begin with it).
    private func groupSize(of host: LabRecord.Host) -> Int {
        guard options.segmentsAreSites else { return record.hosts.count }
        return record.hosts.count { $0.path.split(separator: "/").first == host.path.split(separator: "/").first }
    }

    private func pause() async throws(SkeinError) {
        do {
            try await Task.sleep(for: Self.pause)
        } catch {
            throw SkeinError(.cancelled, doing: "raising lab \(record.name)", cause: "interrupted")
        }
    }

    private func checkRunning() throws(SkeinError) {
        for host in record.hosts {
            guard let process = host.process else { continue }
            var status: Int32 = 0
            if waitpid(process, &status, WNOHANG) == process {
                let signal = status & 0x7F
                throw failure(
                    host,
                    signal == 0 ? "it ended with status \(status >> 8 & 0xFF)" : "it was ended by signal \(signal)")
            }
        }
    }

    private func failure(_ host: LabRecord.Host, _ cause: String) -> SkeinError {
        let log = Files.tail(host.log)
        return SkeinError(
            .unreachable, doing: "starting the peer of \(host.path)",
            cause: log.isEmpty ? "\(cause); its log is empty" : "\(cause); its last lines:\n\(log)")
    }

    /// How many peers a host sees alive, itself included; 0 when it does not say.
    private func aliveMembers(_ host: LabRecord.Host) async -> Int {
        struct Status: Decodable { let peersAlive: Int }
        if let ask = options.peersAlive { return (try? await ask(host.socket)) ?? 0 }
        let answer = try? await Tool.run(
            executable, ["status", "--json", "--socket", host.socket], doing: "asking \(host.name) for its peers",
            timeout: .seconds(10))
        let text = answer?.status == 0 ? answer?.output ?? "" : ""
        return (try? JSONDecoder().decode(Status.self, from: Data(text.utf8)))?.peersAlive ?? 0
    }
}
