import ArgumentParser
import Basics
import Lab
import Peer

/// `skein lab forecasts`: are the peers' forecasts of their links right?
struct LabForecasts: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "forecasts",
        abstract: "Compare the peers' forecasts of bandwidth with the rates of their links.",
        discussion: """
            Asks every peer of a lab what it says of itself, and compares that with the topology. With --within it asks \
            each second until nine hosts of ten are right or that time is over, and tells how long it took.

            Example:  skein lab up topologies/mixed-32.yaml && skein lab forecasts --within 30
            """)

    @Argument(help: "The lab; needed when several are up.")
    var name: String?
    @Option(
        name: .long, help: "Seconds to wait for nine hosts of ten; the exit code is 3 when they are not right then.")
    var within: Double?
    @Option(name: .long, help: "How far a forecast may be off, in percent of the shaped rate.")
    var tolerance = 15.0
    @Flag(name: .long, help: "Write JSON.")
    var json = false

    private static let enough = 0.9

    func validate() throws {
        guard tolerance > 0, tolerance < 100 else { throw ValidationError("--tolerance is above 0 and below 100") }
        guard within.map({ $0 > 0 && $0 <= 3600 }) ?? true else {
            throw ValidationError("--within is above 0 and at most 3600")
        }
    }

    func run() async throws {
        let start = ContinuousClock.now
        let links = try LabRun().links(lab: name)
        var check = await self.check(links)
        if let within {
            while check.share < LabForecasts.enough, ContinuousClock.now - start < .seconds(within) {
                try await Task.sleep(for: .seconds(1))
                check = await self.check(links)
            }
        }
        if json { Output.json(check) } else { show(check, seconds: (ContinuousClock.now - start) / .seconds(1)) }
        if within != nil, check.share < LabForecasts.enough { throw ExitCode(3) }
    }

    private func check(_ links: [(name: String, link: LinkShape, socket: String)]) async -> ForecastCheck {
        var forecasts: [ForecastCheck.Forecast] = []
        for link in links {
            // A peer that does not run knows nothing.
            let rows = try? await ControlClient(socket: link.socket).get("/peers", as: [PeerRow].self)
            guard let own = rows?.first(where: \.isSelf) else { continue }
            forecasts.append(
                ForecastCheck.Forecast(
                    host: link.name, upBitsPerSecond: own.upBitsPerSecond, downBitsPerSecond: own.downBitsPerSecond))
        }
        return ForecastCheck(
            hosts: links.map { ($0.name, $0.link) }, forecasts: forecasts, tolerance: tolerance / 100)
    }

    private func show(_ check: ForecastCheck, seconds: Double) {
        var table = TextTable([
            .init(title: "HOST"), .init(title: "UP", isNumeric: true), .init(title: "FORECAST", isNumeric: true),
            .init(title: "DOWN", isNumeric: true), .init(title: "FORECAST", isNumeric: true), .init(title: ""),
        ])
        for row in check.rows {
            table.add([
                row.host, Figures.forecast(row.upShaped, nil), Figures.forecast(row.upForecast, nil),
                Figures.forecast(row.downShaped, nil), Figures.forecast(row.downForecast, nil),
                row.isWithin ? "within" : "off",
            ])
        }
        table.print()
        Output.line(
            "\(check.withinCount) of \(check.rows.count) hosts with both rates within \(Figures.fixed(tolerance, 0)) %, "
                + "after \(Figures.seconds(seconds)); Mbit/s")
    }
}
