import Basics
import Foundation
import Lab
import Testing

/// The simulator is brought near to what was measured, and judged by files that it was not fitted on.
@Suite("Calibration")
struct CalibrationTests {
    /// A network that nobody emulates: what "was measured" on it comes from the simulator with other parameters.
    private struct Ground {
        let directory: String
        let files: [String]
        let reports: [String]

        init(_ truth: SimulationParameters, busyShare: Double = 0.3) throws {
            directory =
                FileManager.default.temporaryDirectory
                .appendingPathComponent("skein-calibration-\(UUID().uuidString)").path
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            var files: [String] = []
            var reports: [String] = []
            for (number, (hosts, rate, size)) in [(6, 40, 8), (5, 25, 4), (9, 60, 12), (12, 30, 6)].enumerated() {
                let file = "\(directory)/n\(number).yaml"
                try Data(
                    """
                    name: n\(number)
                    sites: [{name: s, racks: [{name: r, hosts: \(hosts), link: {up: \(rate)Mbit, down: \(rate)Mbit}}]}]
                    image: {size: \(size)MiB}

                    """.utf8
                ).write(to: URL(fileURLWithPath: file))
                var options = SimulationOptions()
                options.parameters = truth
                options.gossip = .off
                var report = try SimulationRun.run(
                    SimulationRun.topology(file: file, hosts: nil, imageSize: nil), options: options)
                report.kind = .emulated
                report.goodputShare = truth.goodputShare
                report.busyShare = busyShare
                let path = "\(directory)/n\(number).json"
                try ReportFile.write(report.json, to: path)
                files.append(file)
                reports.append(path)
            }
            self.files = files
            self.reports = reports
        }

        func calibrate(onlyChecks: Bool = false) async throws -> CalibrationReport {
            var options = Calibration.Options()
            options.reports = reports
            options.onlyChecks = onlyChecks
            return try await Calibration(control: NobodyToAsk()).run(files: files, options: options, version: "test")
        }

        func remove() { try? FileManager.default.removeItem(atPath: directory) }
    }

    /// Every file has a report, so no peer is asked.
    private struct NobodyToAsk: LabControl {
        func peersAlive(socket: String) async throws -> Int { throw CancellationError() }
        func peers(socket: String) async throws -> [String: String] { throw CancellationError() }
        func importImage(socket: String, path: String, name: String) async throws -> LabImage {
            throw CancellationError()
        }
        func push(socket: String, image: String, hosts: [String]) async throws { throw CancellationError() }
        func transfers(socket: String, withChunks: Bool) async throws -> [LabTransfer] { throw CancellationError() }
    }

    private static var slower: SimulationParameters {
        var truth = SimulationParameters()
        truth.goodputShare = 0.94
        truth.frameShare = 0.96
        truth.orderSeconds = 0.4
        truth.relaySeconds = 0.02
        return truth
    }

    @Test("what is fitted on one half of the files holds on the other", .timeLimit(.minutes(2)))
    func fits() async throws {
        let ground = try Ground(Self.slower)
        defer { ground.remove() }
        let report = try await ground.calibrate()
        #expect(report.rows.map(\.isFitted) == [true, false, true, false])
        let (fitted, heldOut) = (try #require(report.fitted), try #require(report.heldOut))
        #expect(fitted.files == 2 && heldOut.files == 2)
        #expect(max(fitted.worstP50, fitted.worstLast) < 0.02)
        #expect(max(heldOut.worstP50, heldOut.worstLast) < 0.05)
        #expect(report.rows.allSatisfy { abs(try! #require($0.errorBefore).last) > 0.1 }, "it had to be brought nearer")
        #expect(report.parameters.goodputShare == 0.94, "measured, not searched")
        #expect(report.lines.contains { $0.hasPrefix("held out: 2 files, off at the median ") })

        // What is written can be used, and gives these errors.
        let file = "\(ground.directory)/parameters.json"
        try ReportFile.write(report.parameters.json, to: file)
        #expect(try SimulationParameters.read(file) == report.parameters)
    }

    @Test("a check fits nothing and says how far off the parameters are")
    func checks() async throws {
        let ground = try Ground(SimulationParameters())
        defer { ground.remove() }
        let report = try await ground.calibrate(onlyChecks: true)
        #expect(report.parameters == SimulationParameters())
        #expect(report.rows.allSatisfy { $0.error?.p50 == 0 && $0.error?.last == 0 })
    }

    @Test("runs of a saturated machine are shown and do not count")
    func saturated() async throws {
        let ground = try Ground(Self.slower, busyShare: 0.95)
        defer { ground.remove() }
        let error = await #expect(throws: SkeinError.self) { _ = try await ground.calibrate() }
        #expect(error?.code == .resources)
        let report = try await ground.calibrate(onlyChecks: true)
        #expect(report.rows.count == 4 && report.rows.allSatisfy(\.isSaturated))
        #expect(report.fitted == nil && report.heldOut == nil)
        #expect(report.lines.contains { $0.contains("saturated") })
    }

    @Test("one file, and reports of something else, are refused")
    func refusals() async throws {
        let ground = try Ground(SimulationParameters())
        defer { ground.remove() }
        let calibration = Calibration(control: NobodyToAsk())
        var options = Calibration.Options()
        let one = await #expect(throws: SkeinError.self) {
            _ = try await calibration.run(files: [ground.files[0]], options: options, version: "test")
        }
        #expect(one?.code == .usage)
        let twice = await #expect(throws: SkeinError.self) {
            _ = try await calibration.run(
                files: [ground.files[0], ground.files[1], ground.files[0]], options: options, version: "test")
        }
        #expect(twice?.cause.contains("two files have the name n0") == true)
        options.reports = [ground.reports[3]]
        let foreign = await #expect(throws: SkeinError.self) {
            _ = try await calibration.run(files: Array(ground.files[0..<2]), options: options, version: "test")
        }
        #expect(foreign?.cause.contains("n3 with 12 hosts") == true)
        var simulated = try RunReport(json: String(contentsOfFile: ground.reports[0], encoding: .utf8))
        simulated.kind = .simulated
        try ReportFile.write(simulated.json, to: ground.reports[0])
        options.reports = [ground.reports[0]]
        let unreal = await #expect(throws: SkeinError.self) {
            _ = try await calibration.run(files: ground.files, options: options, version: "test")
        }
        #expect(unreal?.cause == "it is no report of an emulated run")
    }
}
