/// How the ratios of many random networks are spread, without the networks.
public struct RandomFigures: Codable, Sendable, Hashable {
    /// Of the last host's finish over the bound.
    public var last: RandomSweep.Spread
    /// Networks in which every host got everything.
    public var whole: Int

    public init(last: RandomSweep.Spread, whole: Int) {
        self.last = last
        self.whole = whole
    }

    /// Nil when nothing was drawn.
    init?(_ sweep: RandomSweep) {
        guard let last = sweep.spread(nil, \.lastRatio) else { return nil }
        self.init(last: last, whole: sweep.rows.count { $0.done == $0.of })
    }
}
