import Basics
import Pipeline
import Testing

/// How much of a frame is waited for.
@Suite struct WakeMarkTests {
    private static let slice = FormatLimits.sliceBytes

    /// The mark after a second at a rate in bytes per second.
    private static func mark(rate: Int, lag: Duration) -> Int {
        var mark = WakeMark()
        for tick in 0...10 {
            mark.look(now: Instant(nanoseconds: Int64(tick) * 100_000_000), lag: lag)
            mark.received(rate / 10)
        }
        return mark.bytes
    }

    @Test("a peer with time for its sockets is woken for each slice", arguments: [500_000, 5_000_000, 50_000_000])
    func prompt(rate: Int) {
        #expect(Self.mark(rate: rate, lag: .microseconds(300)) == Self.slice)
    }

    @Test("one whose event loop comes late takes what comes meanwhile, within bounds")
    func late() {
        #expect(Self.mark(rate: 5_000_000, lag: .milliseconds(5)) == 2 * Self.slice)
        #expect(Self.mark(rate: 5_000_000, lag: .milliseconds(12)) == 4 * Self.slice)
        #expect(Self.mark(rate: 500_000_000, lag: .milliseconds(500)) == 4 * Self.slice)
        // A slow stripe's slices are not held up for others.
        #expect(Self.mark(rate: 500_000, lag: .milliseconds(12)) == Self.slice)
    }

    @Test("it is a slice again once nothing comes, or the loop is in time")
    func over() {
        var mark = WakeMark()
        mark.look(now: Instant(nanoseconds: 0), lag: .milliseconds(20))
        mark.received(1_000_000)
        mark.look(now: Instant(nanoseconds: 100_000_000), lag: .milliseconds(20))
        #expect(mark.bytes == 4 * Self.slice)
        mark.look(now: Instant(nanoseconds: 200_000_000), lag: .milliseconds(20))
        #expect(mark.bytes == Self.slice)
        // Looks at one time say nothing.
        mark.received(1_000_000)
        mark.look(now: Instant(nanoseconds: 200_000_000), lag: .milliseconds(20))
        #expect(mark.bytes == Self.slice)
    }
}
