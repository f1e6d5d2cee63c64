import Basics
import Gossip
import Testing

/// Forecasts travel in pulses that older peers read, and that may come from older peers.
@Suite struct PulseForecastTests {
    private static func pulse() -> Pulse {
        var pulse = Pulse(freeMemoryMiB: 5, holdings: [ImageID(.zero)])
        pulse.version = SoftwareVersion(major: 1, minor: 2, patch: 3)
        pulse.describe(
            down: RateForecast(rate: BitRate(bitsPerSecond: 94_000_000), errorPercent: 3),
            up: RateForecast(rate: BitRate(bitsPerSecond: 9_400_000)))
        return pulse
    }

    @Test func theyComeBackAsTheyWere() throws {
        let pulse = Self.pulse()
        let back = try Pulse(decoding: pulse.encoded())
        #expect(back == pulse)
        #expect(back.downErrorPercent == 3 && back.upErrorPercent == nil)
        #expect(try Pulse(decoding: pulse.encoded() + [1, 2, 3]) == pulse)
    }

    @Test func whatAnOlderPeerLeavesOutIsUnknown() throws {
        let pulse = Self.pulse()
        for cut in 1...8 {
            let old = try Pulse(decoding: Array(pulse.encoded().dropLast(cut)))
            #expect(old.downErrorPercent == nil && old.upErrorPercent == nil && old.version == nil)
            #expect(old.downForecast == pulse.downForecast)
        }
        #expect(Pulse().encoded().count == Pulse(freeMemoryMiB: 1).encoded().count)
    }

    @Test func absurdErrorsAreUnknown() throws {
        var bytes = Self.pulse().encoded()
        for raw in [101, 200, 254, 255] as [UInt8] {
            bytes[bytes.count - 8] = raw
            #expect(try Pulse(decoding: bytes).downErrorPercent == nil)
        }
        var pulse = Pulse()
        pulse.describe(down: RateForecast(rate: BitRate(bitsPerSecond: 1), errorPercent: 255), up: nil)
        #expect(pulse.downErrorPercent == 100)
    }
}
