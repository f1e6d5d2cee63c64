/// What skein promises of every kind of network, held against the figures of a benchmark: the first table of its document.
///
/// A figure is the last host's finish over the physical bound, unless a row says otherwise.
struct BenchBars {
    private let figures: BenchFigures

    init(report: BenchReport) { figures = BenchFigures(report: report) }

    /// One promise.
    struct Row {
        let network: String
        let bar: String
        /// With real peers; by the best of other tools in the same run; in virtual time.
        var emulated: BenchFigures.Value?
        var others: BenchFigures.Value?
        var simulated: BenchFigures.Value?
        /// The bar itself, for the first of the figures that there is.
        let holds: (Double) -> Bool
        /// What was tried where it does not hold.
        var remark = ""

        /// Why it is not measured, where that is known.
        var lack = ""

        /// Nil when nothing was measured.
        var isKept: Bool? { (emulated ?? simulated).map { holds($0.number) } }
        /// What there is to say where it does not hold, or was not measured.
        var note: String { isKept.map { $0 ? "" : remark } ?? lack }
        var isBehind: Bool {
            guard let own = emulated, let others else { return false }
            // Two figures of one run that print alike are alike.
            return own.number > others.number && own.text != others.text.prefix { $0 != " " }
        }
    }

    var lines: [String] {
        let rows = rows
        guard rows.contains(where: { $0.isKept != nil }) else { return [] }
        var lines = [
            "## The bars", "",
            "What skein sets itself (docs/PIPELINES.md), and what came of it. Figures are the last host's finish over the",
            "physical bound unless the row says otherwise; *holds* is said of real peers where they were measured.", "",
            "| network | bar | real peers | best other tool | simulated | holds |", "|---|---|---|---|---|---|",
        ]
        lines += rows.map { row in
            BenchDocument.row(
                [row.network, row.bar]
                    + [row.emulated, row.others, row.simulated].map { $0?.text ?? ReportFigures.unknown }
                    + [row.isKept.map { ($0 ? "yes" : "no") + (row.isBehind ? ", and behind" : "") } ?? "not measured"])
        }
        let open = rows.filter { !$0.note.isEmpty }
        if !open.isEmpty { lines += [""] + open.map { "- \($0.network): \($0.note)" } }
        return lines + [""]
    }

    var rows: [Row] { ordinary + faults + [nextVersion] + unshaped + large }

    // MARK: Networks without faults

    private var ordinary: [Row] {
        [
            ratio("16 hosts, one switch", 1.03, compare: "flat-16", remark: Self.processors),
            ratio("32 hosts, one switch", 1.03, compare: "flat-32", remark: Self.processors),
            ratio("190 hosts, one switch", 1.05, simulate: "flat-190"),
            ratio("4 racks of 8, uplinks as fast as one host", 1.05, compare: "racks-4x8", remark: Self.processors),
            ratio("the same, racks hidden", 1.10, run: "racks-4x8-hidden-labels", remark: Self.processors),
            ratio(
                "the same, racks hidden and addresses mixed", 1.10, run: "racks-4x8-mixed",
                remark:
                    "a row by addresses is tried for half a second, and the racks are found a second after that, or two "
                    + "more when two of them are taken for one at first (docs/PIPELINES.md, \"Hidden racks\")"),
            ratio(
                "one host of 32 with a tenth of the uplink", 1.05, compare: "one-slow-uplink", remark: Self.processors),
            others("the others beside the slow uplink", "one-slow-uplink", without: "flat-32"),
            // The last of all is the slow one: what the others take is the next row.
            ratio(
                "one host of 32 with a tenth of the downlink", 1.05, run: "one-slow-downlink",
                by: figures.lastOverBound),
            others("the others beside the slow downlink", "one-slow-downlink", without: "no-slow-downlink"),
            ratio("3 sites of 8, links between them a quarter", 1.05, compare: "sites-3x8-wan"),
            crossings("sites-3x8-wan"),
        ]
    }

    private static let processors =
        "the processors of this machine carry all hosts and all links, and are busy (notes below); the simulated figure is what "
        + "the links allow. docs/PIPELINES.md has what was done about processor time"

    private func ratio(
        _ network: String, _ bar: Double, compare: String? = nil, run: String? = nil, simulate: String? = nil,
        remark: String = "", by value: ((RunReport?) -> BenchFigures.Value?)? = nil
    ) -> Row {
        let value = value ?? figures.ratio
        let file = compare ?? run ?? simulate ?? ""
        var row = Row(network: network, bar: Fixed.text(bar, 2), holds: { $0 < bar + 0.005 }, remark: remark)
        row.emulated = value(figures.emulated(file))
        row.others = compare.flatMap { figures.bestOther($0, by: \.ratio) }
        row.simulated = value(figures.simulated(file))
        return row
    }

    /// The last of the hosts that have no slow link, over the last of the same network without the host that has one.
    ///
    /// A ratio is the largest of all hosts, each by its own bound, and that of the others is the same in both networks.
    private func others(_ network: String, _ file: String, without undisturbed: String) -> Row {
        func value(_ run: RunReport?, _ whole: RunReport?) -> BenchFigures.Value? {
            guard let ratio = figures.ratio(run)?.number, let least = figures.ratio(whole)?.number, least > 0 else {
                return nil
            }
            return .init(number: ratio / least, text: Fixed.text(ratio / least, 2))
        }
        let bar = 1.05
        var row = Row(
            network: network, bar: "\(Fixed.text(bar, 2))x their finish without it",
            holds: { $0 < bar + 0.005 }, remark: Self.processors)
        row.emulated = value(figures.emulated(file), figures.emulated(undisturbed))
        row.simulated = value(figures.simulated(file), figures.simulated(undisturbed))
        return row
    }

    /// How often the image came over the link of the site where that was most often.
    private func crossings(_ file: String) -> Row {
        func value(_ run: RunReport?) -> BenchFigures.Value? {
            guard let run, run.isWhole, let crossings = run.siteCrossings else { return nil }
            return .init(number: crossings, text: Fixed.text(crossings, 2))
        }
        var row = Row(
            network: "how often each chunk crosses the link of such a site", bar: "1.02", holds: { $0 < 1.025 })
        row.emulated = value(figures.emulated(file))
        row.simulated = value(figures.simulated(file))
        return row
    }

    // MARK: Faults

    /// Deaths cost a share and some seconds of what the same network takes without them.
    private var faults: [Row] {
        [
            disturbed("3 of 32 hosts killed", "kill-10pct", share: 1.10, seconds: 0.5),
            disturbed("9 of 32 hosts killed", "kill-30pct", share: 1.30, seconds: 2),
            disturbed("3 of 32 hosts stopped", "stop-10pct", share: 1.10, seconds: 0.5),
            ratio("a host of 16 has a tenth of its uplink from 3 s on", 1.30, run: "slows-down"), sourceDies,
        ]
    }

    private func disturbed(_ network: String, _ file: String, share: Double, seconds: Double) -> Row {
        let least = "\(Fixed.text(share, 2))x + \(Fixed.text(seconds, 1)) s"
        func value(_ run: RunReport?, _ undisturbed: RunReport?) -> BenchFigures.Value? {
            guard let last = run?.finish?.last, let whole = undisturbed?.finish?.last, run?.isWhole == true else {
                return nil
            }
            return BenchFigures.Value(
                number: (last - seconds) / whole,
                text: "\(Fixed.text(last, 1)) of \(Fixed.text(share * whole + seconds, 1)) s")
        }
        var row = Row(
            network: network, bar: "\(least) of the undisturbed run, all others identical", holds: { $0 <= share },
            remark:
                "a host that is stopped says nothing and ends nothing: it is missed after 0.3 to 0.7 s and given up 0.2 s after that; "
                + "where those hosts stand in the trees decides the rest"
        )
        row.emulated = value(figures.emulated(file), figures.emulated("flat-32"))
        row.simulated = value(figures.simulated(file), figures.simulated("flat-32"))
        return row
    }

    private var sourceDies: Row {
        func value(_ run: RunReport?) -> BenchFigures.Value? {
            guard let run, run.isWhole, run.survivors > 0 else { return nil }
            let share = Double(run.duplicateBytes) / Double(run.storedBytes * Int64(run.survivors))
            return BenchFigures.Value(number: share, text: "\(Fixed.text(share * 100, 1)) % twice")
        }
        var row = Row(
            network: "source dies after one copy is out", bar: "all identical, 2 % of the bytes come twice",
            holds: { $0 <= 0.02 })
        row.emulated = value(figures.emulated("source-dies"))
        row.simulated = value(figures.simulated("source-dies"))
        return row
    }

    // MARK: Little to move, and no links to share

    /// What left the source; each host gets that once.
    private var nextVersion: Row {
        func value(_ run: RunReport?) -> BenchFigures.Value? {
            guard let run, run.isWhole, let copies = run.originCopies else { return nil }
            let share = copies * Self.changed
            return BenchFigures.Value(number: share, text: "\(Fixed.text(share * 100, 1)) % of the image")
        }
        var row = Row(
            network: "next version, 5 % of its chunks new", bar: "7 % of the image moves", holds: { $0 <= 0.07 })
        row.emulated = value(figures.emulated("next-version"))
        row.simulated = value(figures.simulated("next-version"))
        return row
    }

    /// Of `next-version.yaml`.
    private static let changed = 0.05

    private var unshaped: [Row] {
        func share(_ of: @escaping (RunReport) -> Double?) -> BenchFigures.Value? {
            guard let own = figures.emulated("unshaped-4").flatMap(of),
                let other = figures.result("unshaped-4", of: "libtorrent").flatMap(of), other > 0
            else { return nil }
            return BenchFigures.Value(number: own / other, text: Fixed.text(own / other, 2))
        }
        func row(_ what: String, _ remark: String, _ of: @escaping (RunReport) -> Double?) -> Row {
            var row = Row(
                network: "4 hosts without limits, \(what) over that of libtorrent", bar: "0.70",
                holds: { $0 < 0.705 }, remark: remark)
            row.emulated = share(of)
            return row
        }
        let remark =
            "four hosts share two processors, and what each byte costs in the kernel is the same for all tools; libtorrent neither "
            + "decrypts nor assembles. docs/PIPELINES.md says what was done about the rest"
        var cost = Row(
            network: "4 hosts without limits, processor time a GB", bar: "2.8 s, less than other tools",
            holds: { $0 <= 2.8 })
        cost.emulated = figures.emulated("unshaped-4")?.cpuPerGigabyte.map {
            .init(number: $0, text: "\(Fixed.text($0, 2)) s")
        }
        cost.others = figures.bestOther("unshaped-4", unit: " s", by: \.cpuPerGigabyte)
        return [
            row("last host", remark) { $0.finish?.last }, row("processor time", remark) { $0.cpu }, cost,
        ]
    }

    // MARK: Many

    private var large: [Row] {
        var rows = [
            ratio("1,000 hosts with 1 Gbit/s, 1 GiB", 1.05, simulate: "hall-200-1000"),
            ratio("10,000 hosts with 1 Gbit/s, 1 GiB", 1.05, simulate: "hall-200-10000"),
            ratio("100,000 hosts in 100 sites with 40 Mbit/s, 64 MiB", 1.05, simulate: "site-1000-100000"),
        ]
        rows[2].lack =
            "orders of so many hosts take as many bytes as the image (0.6 kB each, from a host with 40 Mbit/s: 12 s), "
            + "and hosts that got theirs take the others for gone; gossip, which has all members, is to carry them"
        let spread = figures.random("random/1000")?.last
        for (what, bar, value) in [
            ("median", 1.03, spread?.median), ("99th percentile", 1.10, spread?.p99),
        ] {
            var row = Row(
                network: "1,000 random networks, \(what)", bar: Fixed.text(bar, 2), holds: { $0 < bar + 0.0005 })
            row.simulated = value.map { .init(number: $0, text: Fixed.text($0, 3)) }
            rows.append(row)
        }
        return rows
    }
}
