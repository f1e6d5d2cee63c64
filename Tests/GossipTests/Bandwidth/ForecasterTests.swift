import Basics
import Gossip
import Testing

/// The forecasters follow what a rate does, and no number harms them.
@Suite struct ForecasterTests {
    private static func mbit(_ value: Double) -> BitRate { BitRate(bitsPerSecond: Int64(value * 1e6)) }

    @Test func aSteadyRateIsForecastWithItsNoiseAsTheError() throws {
        var random = RandomSource(seed: 1)
        var forecaster = Forecaster()
        for _ in 0..<200 { forecaster.add(Self.mbit(100 * Double.random(in: 0.9...1.1, using: &random))) }
        let forecast = try #require(forecaster.forecast)
        #expect((95_000_000...105_000_000).contains(forecast.rate.bitsPerSecond))
        #expect((3...8).contains(try #require(forecast.errorPercent)))
    }

    @Test func outliersDoNotMoveIt() throws {
        var forecaster = Forecaster()
        for index in 0..<100 { forecaster.add(Self.mbit(index % 7 == 3 ? 900 : 100)) }
        let forecast = try #require(forecaster.forecast)
        #expect((95_000_000...130_000_000).contains(forecast.rate.bitsPerSecond))
    }

    @Test func aRateThatDriftsIsFollowed() throws {
        var forecaster = Forecaster()
        for index in 0..<300 { forecaster.add(Self.mbit(50 + Double(index))) }
        #expect(try #require(forecaster.forecast).rate > Self.mbit(330))
    }

    @Test func theErrorIsUnknownAfterOneSample() throws {
        var forecaster = Forecaster()
        #expect(forecaster.forecast == nil)
        forecaster.add(Self.mbit(7))
        #expect(forecaster.forecast == RateForecast(rate: Self.mbit(7)))
        forecaster.add(Self.mbit(7))
        #expect(forecaster.forecast == RateForecast(rate: Self.mbit(7), errorPercent: 0))
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func absurdNumbersAreSurvivedAndLeftOut(seed: UInt64) throws {
        var random = RandomSource(seed: seed)
        var forecaster = Forecaster()
        forecaster.add(Self.mbit(10))
        for rate: Int64 in [0, -1, .min, .max, BandwidthLimits.bitsPerSecond] {
            forecaster.add(BitRate(bitsPerSecond: rate))
        }
        #expect(forecaster.sampleCount == 1)
        for _ in 0..<5_000 {
            let bits = Int64(truncatingIfNeeded: random.next()) >> Int64.random(in: 0..<64, using: &random)
            forecaster.add(BitRate(bitsPerSecond: bits))
        }
        let forecast = try #require(forecaster.forecast)
        #expect(forecast.rate.bitsPerSecond > 0 && forecast.rate.bitsPerSecond < BandwidthLimits.bitsPerSecond)
        #expect(try #require(forecast.errorPercent) <= 100)
    }
}
