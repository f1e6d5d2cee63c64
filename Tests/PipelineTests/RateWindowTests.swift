import Basics
import Pipeline
import Testing

@Suite("Rates over the last moments")
struct RateWindowTests {
    private func at(_ milliseconds: Int64) -> Instant { Instant(nanoseconds: milliseconds * 1_000_000) }

    /// Looks ten times a second at a count that grows evenly.
    private func look(
        _ window: inout RateWindow, from: Int64, to: Int64, count: inout Int64, perSecond rate: Int64
    ) {
        for time in stride(from: from, to: to, by: 100) {
            count += rate / 10
            window.look(at: count, now: at(time))
        }
    }

    @Test("an even flow has its rate, from the second look on")
    func even() {
        var window = RateWindow()
        #expect(window.rate(now: at(0)) == nil)
        window.look(at: 0, now: at(0))
        #expect(window.rate(now: at(0)) == nil, "one look tells nothing")
        var count: Int64 = 0
        look(&window, from: 100, to: 10_000, count: &count, perSecond: 5_000_000)
        #expect(window.rate(now: at(10_000)) == 5_000_000)
    }

    @Test("what is older than two seconds does not count")
    func forgets() {
        var window = RateWindow()
        var count: Int64 = 0
        look(&window, from: 0, to: 5_000, count: &count, perSecond: 1_000_000)
        look(&window, from: 5_000, to: 8_000, count: &count, perSecond: 4_000_000)
        #expect(window.rate(now: at(8_000)) == 4_000_000)
        look(&window, from: 8_000, to: 9_000, count: &count, perSecond: 0)
        let half = window.rate(now: at(9_000)) ?? 0
        #expect((1_700_000...2_300_000).contains(half), "half of the window stood still: \(half)")
        look(&window, from: 9_000, to: 12_000, count: &count, perSecond: 0)
        #expect(window.rate(now: at(12_000)) == 0)
    }

    @Test("nobody looks any more: nothing flows")
    func silence() {
        var window = RateWindow()
        var count: Int64 = 0
        look(&window, from: 0, to: 3_000, count: &count, perSecond: 1_000_000)
        #expect(window.rate(now: at(5_500)) == 0)
        // And when somebody looks again, the pause is no part of the rate.
        look(&window, from: 60_000, to: 61_000, count: &count, perSecond: 2_000_000)
        #expect(window.rate(now: at(61_000)) == 2_000_000)
    }

    @Test("a count that is begun anew begins a new window")
    func anew() {
        var window = RateWindow()
        var count: Int64 = 0
        look(&window, from: 0, to: 3_000, count: &count, perSecond: 1_000_000)
        count = 0
        window.look(at: 0, now: at(3_000))
        #expect(window.rate(now: at(3_000)) == nil)
        look(&window, from: 3_100, to: 4_100, count: &count, perSecond: 3_000_000)
        #expect(window.rate(now: at(4_000)) == 3_000_000)
    }

    @Test("any counts are survived")
    func extremes() {
        var window = RateWindow()
        window.look(at: .min, now: at(0))
        window.look(at: .max, now: at(300))
        _ = window.rate(now: at(300))
        window.look(at: 0, now: .never)
        _ = window.rate(now: .origin)
    }
}

@Suite("The time that is left")
struct TimeLeftTests {
    @Test func oneHost() {
        #expect(TimeLeft.seconds(bytes: 10_000, rate: 1_000) == 10)
        #expect(TimeLeft.seconds(bytes: 0, rate: nil) == 0, "nothing is left")
        #expect(TimeLeft.seconds(bytes: -5, rate: 0) == 0)
        #expect(TimeLeft.seconds(bytes: 1, rate: 0) == nil)
        #expect(TimeLeft.seconds(bytes: 1, rate: nil) == nil)
    }

    @Test func allHosts() {
        #expect(TimeLeft.last(of: [3, 10, 0]) == 10)
        #expect(TimeLeft.last(of: [3, nil]) == nil, "one that cannot be told may be the last")
        #expect(TimeLeft.last(of: []) == 0)
    }
}
