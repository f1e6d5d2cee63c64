import Basics
import Pipeline
import Testing

/// How much may be moved where no more than a rate is allowed.
@Suite struct RateLimitTests {
    /// Moves pieces as soon as it may, looking every millisecond or when it is told to; the bytes that were moved.
    private func move(_ limit: inout RateLimit, pieces: Int, from: Instant, for time: Duration) -> Int {
        var now = from
        var moved = 0
        while now < from + time {
            if limit.allows(now: now) {
                limit.moved(pieces, now: now)
                moved += pieces
            } else {
                now = max(limit.next, now + .milliseconds(1))
            }
        }
        return moved
    }

    @Test("over seconds it is the rate, whatever the pieces are", arguments: [1_000, 16_384, 262_144])
    func rate(pieces: Int) {
        var limit = RateLimit(bytesPerSecond: 5_000_000)
        let moved = move(&limit, pieces: pieces, from: Instant(nanoseconds: 7_000_000_000), for: .seconds(4))
        #expect(abs(moved - 20_000_000) < 400_000, "\(moved)")
    }

    @Test("who moved nothing for a while may make up for a fiftieth of a second and no more")
    func pause() {
        var limit = RateLimit(bytesPerSecond: 1_000_000)
        _ = move(&limit, pieces: 1_000, from: Instant(nanoseconds: 1_000_000_000), for: .seconds(1))
        let later = move(&limit, pieces: 1_000, from: Instant(nanoseconds: 60_000_000_000), for: .milliseconds(100))
        #expect(later > 115_000 && later < 125_000, "\(later)")
    }

    @Test("a piece that is larger than a burst goes out, and is paid for afterwards")
    func large() {
        var limit = RateLimit(bytesPerSecond: 1_000)
        let now = Instant(nanoseconds: 1_000_000_000)
        #expect(limit.allows(now: now))
        limit.moved(16_384, now: now)
        #expect(!limit.allows(now: now + .seconds(16)))
        #expect(limit.allows(now: now + .seconds(17)))
    }

    @Test("no rate is none at all")
    func least() {
        #expect(RateLimit(bytesPerSecond: 0).rate == 1 && RateLimit(bytesPerSecond: -5).rate == 1)
    }
}
