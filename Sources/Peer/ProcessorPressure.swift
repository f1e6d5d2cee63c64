import Basics
import Glibc
import NIOConcurrencyHelpers

/// Whether this machine has processor time to spare, as the kernel says (`/proc/pressure/cpu`).
package final class ProcessorPressure: Sendable {
    private struct Reading {
        let at: Instant
        /// Microseconds in which somebody waited for a processor, since the machine was started.
        let waited: Int64
    }

    private let last = NIOLockedValueBox<Reading?>(nil)
    /// Readings that lie this far apart tell of the present.
    private static let oldest: Duration = .seconds(4)
    private static let newest: Duration = .milliseconds(800)
    /// Where there is none, so long is waited for a second one.
    private static let pause: Duration = .milliseconds(300)

    package init() {}

    /// The share of the last moments in which somebody waited for a processor; nil where the kernel does not say.
    func share(on workers: WorkerPool) async -> Double? {
        guard var now = await Self.read(on: workers) else { return nil }
        var before = last.withLockedValue { $0 }
        let age = before.map { now.at - $0.at } ?? .seconds(3600)
        if age > Self.oldest || age < Self.newest {
            before = now
            guard (try? await Task.sleep(for: Self.pause)) != nil, let later = await Self.read(on: workers) else {
                return nil
            }
            now = later
        }
        last.withLockedValue { $0 = now }
        guard let before, now.at > before.at else { return nil }
        return min(1, max(0, Double(now.waited &- before.waited) / 1e6 / (now.at - before.at).inSeconds))
    }

    private static func read(on workers: WorkerPool) async -> Reading? {
        let waited = try? await workers.run { () -> Int64? in
            guard let file = fopen("/proc/pressure/cpu", "re") else { return nil }
            defer { fclose(file) }
            var line = [CChar](repeating: 0, count: 128)
            guard fgets(&line, Int32(line.count), file) != nil else { return nil }
            return Self.waited(
                inLine: String(decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self))
        }
        return waited.flatMap { $0 }.map { Reading(at: MonotonicClock.now(), waited: $0) }
    }

    /// Of `some avg10=41.20 avg60=22.16 avg300=13.74 total=13840614853`.
    package static func waited(inLine line: String) -> Int64? {
        let words = line.split { $0 == " " || $0 == "\n" }
        guard words.first == "some", let word = words.first(where: { $0.hasPrefix("total=") }) else { return nil }
        return Int64(word.dropFirst(6))
    }
}
