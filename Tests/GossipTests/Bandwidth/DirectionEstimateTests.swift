import Basics
import Gossip
import Testing

/// Samples of a pair are bounds: only what says something about the host moves its estimate.
@Suite struct DirectionEstimateTests {
    private static let now = Instant.origin

    private static func sample(_ mbit: Double, _ partner: UInt64? = nil, seconds: Double = 0.5) -> BandwidthSample {
        BandwidthSample(
            rate: BitRate(bitsPerSecond: Int64(mbit * 1e6)), duration: .milliseconds(Int64(seconds * 1000)),
            partner: partner.map(Self.peer))
    }

    private static func peer(_ number: UInt64) -> PeerID {
        var random = RandomSource(seed: number)
        return PeerID(Digest(bytes: random.bytes(32))!)
    }

    private static func burst(_ rates: [Double], isConclusive: Bool = true) -> BurstResult {
        BurstResult(direction: .up, samples: rates.map { sample($0, seconds: 0.1) }, isConclusive: isConclusive)
    }

    private func rate(_ estimate: DirectionEstimate) -> Double {
        Double(estimate.forecast(now: Self.now)?.rate.bitsPerSecond ?? 0) / 1e6
    }

    @Test func nothingIsForecastFromNothing() {
        var estimate = DirectionEstimate()
        for rate in [0, -5, 1e9] { estimate.add(Self.sample(rate, 1), now: Self.now) }
        estimate.add(Self.sample(50, 1, seconds: 0.09), now: Self.now)
        estimate.add(BurstResult(direction: .up, samples: [], isConclusive: true), now: Self.now)
        #expect(estimate.forecast(now: Self.now) == nil)
    }

    @Test func bytesInNoTimeAreNoSample() {
        #expect(BandwidthSample(bytes: 5, duration: .zero) == nil)
        #expect(BandwidthSample(bytes: 5, duration: .seconds(-1)) == nil)
        #expect(BandwidthSample(bytes: .max, duration: .nanoseconds(1)) != nil)
    }

    @Test func theLargestBoundStandsUntilTheHostWasTheLimit() {
        var estimate = DirectionEstimate()
        for rate in [20.0, 60, 40] { estimate.add(Self.sample(rate, UInt64(rate)), now: Self.now) }
        #expect(rate(estimate) == 60)
        #expect(estimate.forecast(now: Self.now)?.errorPercent == nil)
        estimate.add(Self.burst([95, 96]), now: Self.now)
        #expect(abs(rate(estimate) - 95.5) < 1)
        #expect(estimate.isMeasured)
    }

    @Test func slowPartnersDoNotMakeAHostSlow() {
        var estimate = DirectionEstimate()
        estimate.add(Self.burst([100, 100]), now: Self.now)
        for _ in 0..<50 { estimate.add(Self.sample(10, 1), now: Self.now) }
        for _ in 0..<50 { estimate.add(Self.sample(20, 2), now: Self.now) }
        #expect(rate(estimate) == 100)
        #expect(estimate.isDoubtful)
        // One that reaches the estimate ends the doubt.
        estimate.add(Self.sample(97, 3), now: Self.now)
        #expect(!estimate.isDoubtful)
    }

    @Test func severalDifferentPartnersInARowDo() {
        var estimate = DirectionEstimate()
        estimate.add(Self.burst([100, 100]), now: Self.now)
        for partner in 1...4 { estimate.add(Self.sample(30 + Double(partner), UInt64(partner)), now: Self.now) }
        #expect(rate(estimate) == 34)
    }

    @Test func aFasterHostIsBelievedAtOnceInABurstAndTheSecondTimeOtherwise() {
        var estimate = DirectionEstimate()
        estimate.add(Self.burst([100, 100]), now: Self.now)
        estimate.add(Self.sample(200, 1), now: Self.now)
        #expect(rate(estimate) == 100)
        estimate.add(Self.sample(200, 1), now: Self.now)
        #expect(rate(estimate) == 200)
        estimate.add(Self.burst([400, 400]), now: Self.now)
        #expect(rate(estimate) == 400)
    }

    @Test func aSlowerBurstNeedsAnother() {
        var estimate = DirectionEstimate()
        estimate.add(Self.burst([100, 100]), now: Self.now)
        estimate.add(Self.burst([40, 40]), now: Self.now)
        #expect(rate(estimate) == 100)
        #expect(estimate.isDoubtful)
        estimate.add(Self.burst([40, 40]), now: Self.now)
        #expect(rate(estimate) == 40)
        #expect(!estimate.isDoubtful)
    }

    @Test func ofTwoIntervalsThatAreOnlyABoundTheSlowerCounts() {
        var estimate = DirectionEstimate()
        estimate.add(Self.burst([9.4, 14.3], isConclusive: false), now: Self.now)
        #expect(rate(estimate) == 9.4)
    }

    @Test func anOldEstimateHasNoError() {
        var estimate = DirectionEstimate()
        estimate.add(Self.burst([100, 100]), now: Self.now)
        #expect(estimate.forecast(now: Self.now)?.errorPercent == 0)
        #expect(
            estimate.forecast(now: Self.now + .seconds(90_000))
                == RateForecast(rate: BitRate(bitsPerSecond: 100_000_000)))
    }
}
