package import Basics
import Glibc
import StrictYAML

/// What a benchmark measures.
package struct BenchSet: Sendable {
    package let steps: [BenchStep]

    package init(steps: [BenchStep]) { self.steps = steps }

    /// The steps that patterns name, in the order of the set; all when there is no pattern.
    ///
    /// A pattern is one of a shell (`*`, `?`, `[…]`) and names steps by their whole name or by what stands behind the slash.
    /// - Throws: `SkeinError` of code `usage` for a pattern that names nothing.
    package func only(_ patterns: [String]) throws(SkeinError) -> BenchSet {
        let names = steps.map(\.name)
        for pattern in patterns where !names.contains(where: { Self.matches($0, pattern) }) {
            let words = names + names.compactMap { $0.split(separator: "/").last.map(String.init) }
            let all = "the steps are \(names.joined(separator: ", "))"
            throw SkeinError(
                .usage, doing: "reading --only", cause: "no step is named '\(pattern)'",
                next: Spelling.nearest(to: pattern, among: words).map { "did you mean \($0)? \(all)" } ?? all)
        }
        guard !patterns.isEmpty else { return self }
        return BenchSet(steps: steps.filter { step in patterns.contains { Self.matches(step.name, $0) } })
    }

    private static func matches(_ name: String, _ pattern: String) -> Bool {
        let stem = name.split(separator: "/").last.map(String.init) ?? name
        return fnmatch(pattern, name, 0) == 0 || fnmatch(pattern, stem, 0) == 0
    }

    /// What `make bench` runs. rsync is left out, since everybody from one source takes as long as all the rest;
    /// `skein lab compare` has it.
    package static let standard = BenchSet(steps: emulated + [.rest("flat-190.yaml")] + simulated)

    private static let emulated: [BenchStep] =
        ["flat-8", "flat-16", "flat-32", "racks-4x8", "one-slow-uplink", "sites-3x8-wan"]
        .map { .compare("\($0).yaml", tools: [.chain, .udpcast, .aria2, .libtorrent], repeats: 3) }
        // Multicast wants a rate, and a chain is little else than a copy where only the machine sets the pace.
        + [.compare("unshaped-4.yaml", tools: [.aria2, .libtorrent], repeats: 3)]
        + [
            "racks-2x4", "slow-uplink-8", "sites-2x4", "mixed-12", "kill-2-of-12", "racks-4x8-hidden-labels",
            "racks-4x8-mixed", "one-slow-downlink", "no-slow-downlink", "kill-10pct", "kill-30pct",
            "stop-10pct", "slows-down", "source-dies", "next-version",
        ]
        .map { .run("\($0).yaml", repeats: 3) }

    /// The bars of docs/PIPELINES.md that a simulator can tell.
    private static let simulated: [BenchStep] =
        [
            "flat-16", "flat-32", "racks-4x8", "racks-4x8-hidden-labels", "racks-4x8-mixed",
            "one-slow-uplink", "one-slow-downlink", "no-slow-downlink", "sites-3x8-wan", "fat-source", "kill-10pct",
            "kill-30pct", "stop-10pct", "slows-down", "source-dies", "next-version",
        ]
        .map { .simulate("\($0).yaml", repeats: 5, hosts: nil, mebibytes: nil) } + [
            .simulate("flat-190.yaml", repeats: 3, hosts: nil, mebibytes: nil),
            .simulate("racks-4x8.yaml", repeats: 1, hosts: 1000, mebibytes: 256),
            .simulate("hall-200.yaml", repeats: 1, hosts: 1_000, mebibytes: 1024),
            .simulate("hall-200.yaml", repeats: 1, hosts: 10_000, mebibytes: 1024),
            .random(networks: 1_000),
        ]
}
