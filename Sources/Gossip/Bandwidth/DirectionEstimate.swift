public import Basics

/// What one direction of a host carries, from samples that may have been limited by somebody else.
///
/// A transfer from A to B shows the smaller of A's up and B's down: a bound of both. So a sample near or above the
/// estimate counts, a lower one does not; but lower ones with several different partners in a row mean that the host
/// itself has become slower. A burst at which the host was shown to be the limit counts; when it contradicts what has
/// been seen before by being slower, only after a second one: anything can make a burst slower once.
public struct DirectionEstimate: Sendable {
    private struct Low: Sendable {
        let partner: PeerID?
        let rate: BitRate
    }

    private var forecaster = Forecaster()
    /// The largest bound, as long as no sample has shown the host as the limit.
    private var bound: BitRate?
    /// Samples in a row that are far off on the same side.
    private var others: (count: Int, isAbove: Bool) = (0, false)
    /// Bursts in a row that showed a slower host.
    private var slowBursts = 0
    /// Lower samples in a row, one a partner; at most ``BandwidthLimits/slowPartners``.
    private var lows: [Low] = []
    private var lastSample: Instant?

    public init() {}

    /// True when several partners in a row were slower with this host, or a burst was: another one would tell.
    public var isDoubtful: Bool { slowBursts > 0 || lows.count >= BandwidthLimits.doubtfulPartners }

    /// True when the host was the limit at some sample.
    public var isMeasured: Bool { forecaster.sampleCount > 0 }

    public func forecast(now: Instant) -> RateForecast? {
        guard var forecast = forecaster.forecast ?? bound.map({ RateForecast(rate: $0) }) else { return nil }
        if let lastSample, now - lastSample > BandwidthLimits.stale { forecast.errorPercent = nil }
        return forecast
    }

    /// Takes the samples of one burst.
    public mutating func add(_ burst: BurstResult, now: Instant) {
        let usable = burst.samples.filter(\.isUsable)
        guard !usable.isEmpty else { return }
        let ordered = usable.map(\.rate).sorted()
        guard burst.isConclusive else {
            // The lower one of two: what was held up before an interval makes it look faster.
            let held = BandwidthSample(
                rate: ordered[(ordered.count - 1) / 2], duration: usable[0].duration, partner: usable[0].partner)
            return add(held, now: now)
        }
        let typical = ordered[ordered.count / 2]
        if let known = forecaster.forecast?.rate ?? bound, contradicts(known, typical) {
            slowBursts = typical < known ? slowBursts + 1 : BandwidthLimits.slowBursts
            guard slowBursts >= BandwidthLimits.slowBursts else { return }
            forecaster = Forecaster()
        }
        slowBursts = 0
        bound = nil
        others = (0, false)
        lows.removeAll(keepingCapacity: true)
        lastSample = now
        for sample in usable { forecaster.add(sample.rate) }
    }

    /// Takes a passive sample, or one of a burst that left open who was the limit.
    public mutating func add(_ sample: BandwidthSample, now: Instant) {
        guard sample.isUsable else { return }
        guard let known = forecaster.forecast?.rate else {
            lastSample = now
            bound = max(bound ?? sample.rate, sample.rate)
            return
        }
        if sample.rate.bitsPerSecond >= known.bitsPerSecond / 100 * BandwidthLimits.nearPercent {
            take(sample.rate, now)
        } else {
            note(Low(partner: sample.partner, rate: sample.rate), now)
        }
    }

    private mutating func take(_ rate: BitRate, _ now: Instant) {
        lows.removeAll(keepingCapacity: true)
        lastSample = now
        if let known = forecaster.forecast?.rate, DirectionEstimate.areApart(known, rate) {
            let isAbove = rate > known
            others = (others.isAbove == isAbove ? others.count + 1 : 1, isAbove)
            // One may be a stall or a burst; the next tells.
            guard others.count >= BandwidthLimits.otherRateSamples else { return }
            forecaster = Forecaster()
        }
        others = (0, false)
        forecaster.add(rate)
    }

    private mutating func note(_ low: Low, _ now: Instant) {
        if let same = lows.firstIndex(where: { $0.partner == low.partner }) {
            if low.rate > lows[same].rate { lows[same] = low }
            return
        }
        lows.append(low)
        guard lows.count >= BandwidthLimits.slowPartners, let best = lows.map(\.rate).max() else { return }
        lows.removeAll(keepingCapacity: true)
        forecaster = Forecaster()
        lastSample = now
        forecaster.add(best)
    }

    /// A bound was carried, so even a little less contradicts it; forecasts are off now and then.
    private func contradicts(_ known: BitRate, _ rate: BitRate) -> Bool {
        guard forecaster.forecast == nil else { return DirectionEstimate.areApart(known, rate) }
        return rate.bitsPerSecond < known.bitsPerSecond / 100 * (100 - BandwidthLimits.seenPercent)
    }

    private static func areApart(_ a: BitRate, _ b: BitRate) -> Bool {
        let (low, high) = a < b ? (a.bitsPerSecond, b.bitsPerSecond) : (b.bitsPerSecond, a.bitsPerSecond)
        return high - low > high / 100 * BandwidthLimits.otherRatePercent
    }
}
