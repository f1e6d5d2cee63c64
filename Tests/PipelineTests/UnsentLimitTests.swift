import Basics
import Pipeline
import Testing

@Suite("What a socket takes ahead")
struct UnsentLimitTests {
    private func at(_ milliseconds: Int64) -> Instant { Instant(nanoseconds: milliseconds * 1_000_000) }

    @Test("thin links get the least, fast ones a hundredth of a second, none more than 2 MiB")
    func ofRates() {
        let least = 64 << 10
        for rate in [0, 1, 1_000_000, 6_250_000] { #expect(PipelineLimits.unsentBytes(rate: rate) == least) }
        #expect(PipelineLimits.unsentBytes(rate: 100_000_000) == 1_000_000)
        #expect(PipelineLimits.unsentBytes(rate: 1_250_000_000) == 2 << 20)
    }

    @Test("it follows the rate up and down, and a first burst does not count")
    func follows() {
        var limit = UnsentLimit()
        let least = limit.bytes
        #expect(limit.look(now: at(0)) == nil)
        limit.sent(10 << 20)
        #expect(limit.look(now: at(100)) == nil, "one burst is no rate")
        for tick in 2...5 {
            limit.sent(100_000)
            #expect(limit.look(now: at(Int64(tick) * 100)) == nil)
        }
        #expect(limit.bytes == least)
        for tick in 6...7 {
            limit.sent(10_000_000)
            let changed = limit.look(now: at(Int64(tick) * 100))
            #expect(changed == (tick == 7 ? 1_000_000 : nil))
        }
        limit.sent(10_500_000)
        #expect(limit.look(now: at(800)) == nil, "a small change costs a system call")
        #expect(limit.look(now: at(900)) == least && limit.bytes == least)
        #expect(limit.look(now: at(900)) == nil, "a clock that stands tells no rate")
    }
}
