import Foundation
import Lab
import Testing

/// Raises a lab around the tests of a suite and takes it away after any end of them.
struct LabTrait: SuiteTrait, TestScoping {
    /// A file beside the tests.
    let topology: String
    /// Whether each site is a group of its own.
    var segments = false
    /// Whether peers are told the rates of their links instead of measuring them.
    var tellsRates = false

    /// The suite is scoped once, not each of its tests.
    var isRecursive: Bool { false }

    @concurrent func provideScope(
        for test: Test, testCase: Test.Case?, performing body: @concurrent @Sendable () async throws -> Void
    ) async throws {
        guard geteuid() == 0 else {
            throw TestFailure("the end-to-end tests make networks, mounts and guests: run them as root (make test)")
        }
        let skein = try TestFiles.skein()
        let run = LabRun(executable: skein)
        await LabTrait.sweep(run)
        let name = "\(LabTrait.prefix)\(getpid())-\(UInt16.random(in: .min ... .max))"
        let directory = "/var/tmp/skein-\(name)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let outcome: Result<Void, any Error>
        do {
            var options = LabOptions()
            options.segmentsAreSites = segments
            options.tellsRates = tellsRates
            let status = try await run.up(file: TestFiles.path(topology), name: name, options: options)
            let lab = TestLab(name: name, run: run, status: status, directory: directory, skein: skein)
            outcome = await LabTrait.use(lab, body)
        } catch {
            outcome = .failure(error)
        }
        try? FileManager.default.removeItem(atPath: directory)
        try outcome.get()
    }

    /// Runs the tests, and takes the lab away after any end of them, also a cancellation.
    private static func use(
        _ lab: TestLab, _ body: @concurrent @Sendable () async throws -> Void
    ) async -> Result<Void, any Error> {
        var outcome: Result<Void, any Error> = .success(())
        do {
            try await TestLab.$current.withValue(lab) { try await body() }
        } catch {
            outcome = .failure(error)
        }
        let removal = await Task { try await remove(lab) }.result
        if case .failure = removal, case .success = outcome { outcome = removal }
        return outcome
    }

    /// Takes the lab away and looks whether it is.
    private static func remove(_ lab: TestLab) async throws {
        try await lab.run.down(name: lab.name)
        let left = Leftovers.ofLab(lab)
        #expect(left.isEmpty, "left by lab \(lab.name)")
    }

    // MARK: Labs of test runs that were killed

    private static let prefix = "e2e-"

    /// Takes away the labs of test processes that are no more.
    private static func sweep(_ run: LabRun) async {
        for lab in (try? run.list()) ?? [] where lab.name.hasPrefix(prefix) {
            guard let creator = Int32(lab.name.dropFirst(prefix.count).prefix { $0 != "-" }), kill(creator, 0) != 0
            else { continue }
            _ = try? await run.down(name: lab.name)
            try? FileManager.default.removeItem(atPath: "/var/tmp/skein-\(lab.name)")
        }
    }
}

extension Trait where Self == LabTrait {
    /// The suite's tests find a lab of this topology in ``TestLab/current``.
    static func lab(_ topology: String, segments: Bool = false, tellsRates: Bool = false) -> LabTrait {
        LabTrait(topology: topology, segments: segments, tellsRates: tellsRates)
    }
}
