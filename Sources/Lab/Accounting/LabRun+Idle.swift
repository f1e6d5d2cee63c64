public import Basics

extension LabRun {
    /// The same once the peers have come to rest: after a start of many they still spread news of each other. Waits for a
    /// time that grows with their number, then watches again as long as each time costs less than the one before.
    public func rest(
        lab name: String? = nil, watching: Duration = .seconds(5), upSeconds: Double? = nil
    ) async throws(SkeinError) -> IdleFigures {
        let peers = try record(of: registry.resolve(name, doing: "watching a lab"), doing: "watching a lab").hosts.count
        do {
            try await Task.sleep(for: LabLimits.restPerPeer * peers)
        } catch {
            throw SkeinError(.cancelled, doing: "watching a lab", cause: "interrupted")
        }
        var figures = try await idle(lab: name, watching: watching, upSeconds: upSeconds)
        for _ in 0..<LabLimits.restWatches {
            let next = try await idle(lab: name, watching: watching, upSeconds: upSeconds)
            let isAtRest = next.cores > 0.95 * figures.cores
            figures = next
            // A small lab costs so little that the figures are noise.
            if isAtRest || figures.cores < 0.01 { break }
        }
        return figures
    }

    /// Watches the peers of a lab for some seconds and tells what they cost, by the kernel's own accounting.
    ///
    /// - Parameter upSeconds: how long they took to see each other, when that was watched.
    public func idle(
        lab name: String? = nil, watching: Duration = .seconds(5), upSeconds: Double? = nil
    ) async throws(SkeinError) -> IdleFigures {
        let doing = "measuring the peers of a lab"
        let lab = try registry.resolve(name, doing: doing)
        let processes = try record(of: lab, doing: doing).hosts.filter { host in
            host.process.map { LabRun.isRunning($0, host.namespace) } ?? false
        }.compactMap(\.process)
        guard !processes.isEmpty else {
            throw SkeinError(.notFound, doing: doing, cause: "no peer of lab \(lab) runs", next: "skein lab up FILE")
        }
        func seconds() -> [Int32: Double] {
            Dictionary(
                processes.compactMap { process in
                    ProcessFigures(process: process, readsMemory: false).map { (process, $0.processorSeconds) }
                }, uniquingKeysWith: { first, _ in first })
        }
        let start = ContinuousClock.now
        let before = seconds()
        do {
            try await Task.sleep(for: watching)
        } catch {
            throw SkeinError(.cancelled, doing: doing, cause: "interrupted")
        }
        let after = seconds()
        let watched = (ContinuousClock.now - start) / .seconds(1)
        let used = after.reduce(0.0) { $0 + $1.value - (before[$1.key] ?? $1.value) }
        let memory = processes.compactMap { ProcessFigures(process: $0) }
        let anonymous = memory.map(\.anonymousBytes).sorted()
        return IdleFigures(
            peers: processes.count, upSeconds: upSeconds,
            anonymousMedianBytes: anonymous.isEmpty ? 0 : anonymous[anonymous.count / 2],
            anonymousMaxBytes: anonymous.last ?? 0, residentMaxBytes: memory.map(\.residentBytes).max() ?? 0,
            cores: used / watched, watchedSeconds: watched)
    }
}
