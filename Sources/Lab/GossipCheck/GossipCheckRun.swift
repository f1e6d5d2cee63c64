import Basics

/// The steps of one part of a check of gossip, in their order.
struct GossipCheckRun: Sendable {
    typealias Figure = GossipCheckReport.Figure

    let checked: CheckedLab
    let options: GossipCheckOptions
    let progress: @Sendable (ExperimentProgress) -> Void

    /// Traffic of a peer that is more than news of members, in bytes a second.
    private static let busyBytesPerSecond = 10_000.0
    private static let settleStep: Duration = .seconds(5)
    /// So long nothing may be sent over sessions until datagrams count as used again.
    private static let calm: Duration = .seconds(3)

    func open() async throws -> [Figure] {
        var figures: [Figure] = []
        func add(_ figure: Figure) {
            figures.append(figure)
            say(figure)
        }
        let start = try checked.lab.openGate(lab: checked.name)
        add(
            Figure(
                "join", .seconds, try await checked.joined(since: start, patience: options.patience),
                bar: GossipBars.join, "from the opening of the gate to a full view, of each peer"))
        progress(.step("waiting until bandwidth is measured"))
        add(
            Figure(
                "settled", .seconds, [try await settle(since: start)],
                "the end of the last 5 s in which a peer carried more than 10 kB/s"))
        progress(.step("counting quiet traffic"))
        for figure in try await quiet() { add(figure) }
        for figure in try await crashes("crash", victims: options.victims, bar: GossipBars.crash) { add(figure) }
        for figure in try await cut() { add(figure) }
        return figures
    }

    func blocked() async throws -> [Figure] {
        var figures: [Figure] = []
        func add(_ figure: Figure) {
            figures.append(figure)
            say(figure)
        }
        let start = try checked.lab.openGate(lab: checked.name)
        let times = try await checked.joined(since: start, patience: options.patience)
        add(
            Figure(
                "blocked join", .seconds, times, bar: GossipBars.blockedJoin,
                "the same with all UDP dropped before the start"))
        let full = start + .nanoseconds(Int64(min(times.max() ?? 0, options.patience.inSeconds) * 1e9))
        progress(.step("watching whether the view stays complete"))
        try await Task.sleep(for: options.hold)
        add(
            Figure(
                "blocked losses", .count, [Double(try await checked.losses(since: full))], bar: GossipBars.deaths,
                "peers declared gone in any view until \(Int(options.hold.inSeconds)) s later"))
        for figure in try await crashes("blocked crash", victims: 1, bar: nil) { add(figure) }
        return figures
    }

    // MARK: Steps

    /// - Returns: when bulk traffic had ended, in seconds after the start.
    private func settle(since start: Instant) async throws -> Double {
        var last = try await checked.traffic()
        var busy = 0.0
        while LabClock.now() - start < options.settle {
            try await Task.sleep(for: min(Self.settleStep, options.settle))
            let next = try await checked.traffic()
            if (sums(next.rates(since: last)).max() ?? 0) > Self.busyBytesPerSecond {
                busy = (next.at - start).inSeconds
            }
            last = next
        }
        return busy
    }

    private func quiet() async throws -> [Figure] {
        let before = try await checked.traffic()
        try await Task.sleep(for: options.quiet)
        let rates = try await checked.traffic().rates(since: before)
        let sums = sums(rates)
        let mean = sums.reduce(0, +) / Double(max(1, sums.count))
        return [
            Figure(
                "quiet", .bytesPerSecond, sums, bar: GossipBars.quiet,
                "both directions at the interface, of each peer, over \(Int(options.quiet.inSeconds)) s"),
            Figure("quiet mean", .bytesPerSecond, [mean], "the mean of all peers"),
            Figure("quiet up", .bytesPerSecond, rates.up, "what each peer sent"),
            Figure("quiet down", .bytesPerSecond, rates.down, "what each peer received"),
        ]
    }

    private func crashes(_ title: String, victims: Int, bar: Double?) async throws -> [Figure] {
        var worst: [Double] = []
        var returns: [Double] = []
        for number in 0..<victims {
            // The last one, a seed, those between.
            let count = checked.hosts.count
            let victim = number == 0 ? count - 1 : (number - 1) * (count - 1) / max(1, victims - 1)
            progress(.step("kill -9 of the peer of \(checked.hosts[victim].name)"))
            worst.append(try await checked.crash(victim, patience: options.patience).max() ?? .infinity)
            returns.append(try await checked.restart(victim, patience: options.patience))
        }
        return [
            Figure(title, .seconds, worst, bar: bar, "from kill -9 to the word of death in all other views"),
            Figure(
                "\(title) return", .seconds, returns, "from the start of its process to a full view everywhere again"),
        ]
    }

    private func cut() async throws -> [Figure] {
        progress(.step("dropping all UDP"))
        let start = LabClock.now()
        let before = try await checked.streamed()
        try await checked.lab.dropUDP(true, lab: checked.name)
        try await Task.sleep(for: options.hold)
        let losses = try await checked.losses(since: start)
        let during = try await checked.streamed()
        progress(.step("letting UDP through again"))
        try await checked.lab.dropUDP(false, lab: checked.name)
        let end = LabClock.now()
        var last = try await checked.streamed()
        var recovered = Double.infinity
        while LabClock.now() - end < options.patience {
            let asked = LabClock.now()
            try await Task.sleep(for: Self.calm)
            let next = try await checked.streamed()
            if next == last {
                recovered = (asked - end).inSeconds
                break
            }
            last = next
        }
        return [
            Figure(
                "cut losses", .count, [Double(losses)], bar: GossipBars.deaths,
                "peers declared gone in any view within \(Int(options.hold.inSeconds)) s after all UDP is dropped"),
            Figure(
                "cut streamed", .count, zip(during, before).map { Double($0 &- $1) },
                "messages of each peer over sessions in that time"),
            Figure(
                "cut recovered", .seconds, [recovered], bar: GossipBars.recovered,
                "from the end of that until nobody sends gossip over sessions any more"),
            Figure(
                "cut incomplete", .count, [Double(checked.hosts.count - (try await checked.complete()))],
                bar: GossipBars.deaths, "peers that do not see all others then"),
        ]
    }

    private func sums(_ rates: (up: [Double], down: [Double])) -> [Double] { zip(rates.up, rates.down).map(+) }

    private func say(_ figure: Figure) {
        let several = figure.values.count > 1 ? ", median \(Self.text(figure.median))" : ""
        progress(.step("\(figure.name): \(Self.text(figure.value))\(several)"))
    }

    private static func text(_ value: Double) -> String {
        value.isFinite ? "\((value * 100).rounded() / 100)" : "never"
    }
}
