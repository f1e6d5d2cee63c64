import Lab
import Peer
import Testing

extension EndToEnd {
    /// Hosts find out what their links carry, without being told and without any transfer.
    @Suite("Eight hosts of mixed rates", .lab("mixed-eight.yaml"))
    struct ForecastTests {
        @Test("after 30 s seven of eight know both of their rates within 15 %", .timeLimit(.minutes(2)))
        func settle() async throws {
            let lab = try TestLab.required()
            let links = try lab.run.links(lab: lab.name)
            var check = ForecastCheck(hosts: [], forecasts: [], tolerance: 0.15)
            let start = ContinuousClock.now
            // Each look starts eight processes, which is a part of the processors that the hosts measure with.
            try await Task.sleep(for: .seconds(8))
            repeat {
                try await Task.sleep(for: .seconds(3))
                var forecasts: [ForecastCheck.Forecast] = []
                for link in links {
                    let rows = try await lab.must(link.name, ["peers", "--json"]).json([PeerRow].self)
                    let found = rows.first { $0.isSelf }
                    let own = try #require(found)
                    #expect(own.version == PeerVersion.text)
                    forecasts.append(own.forecast)
                }
                check = ForecastCheck(hosts: links.map { ($0.name, $0.link) }, forecasts: forecasts, tolerance: 0.15)
            } while check.withinCount < 7 && ContinuousClock.now - start < .seconds(30)
            #expect(check.withinCount >= 7, "\(check.rows.filter { !$0.isWithin })")
            print("\(check.withinCount) of 8 forecasts within 15 % after \(ContinuousClock.now - start)")
            // And everybody hears of it.
            let slow = "h3"
            try await lab.wait(for: "h7 knows the rates of \(slow)") {
                let rows = try await lab.must("h7", ["peers", "--json"]).json([PeerRow].self)
                return rows.contains { $0.name == slow && $0.upBitsPerSecond != nil && $0.downBitsPerSecond != nil }
            }
        }
    }
}

extension PeerRow {
    fileprivate var forecast: ForecastCheck.Forecast {
        ForecastCheck.Forecast(host: name, upBitsPerSecond: upBitsPerSecond, downBitsPerSecond: downBitsPerSecond)
    }
}
