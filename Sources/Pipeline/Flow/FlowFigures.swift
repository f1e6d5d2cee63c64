/// All that is known of one host of a flow in the last moments. Rates are bytes per second.
public struct FlowFigures: Hashable, Sendable {
    /// True while it lacks something; who holds the image only sends.
    public var isReceiving: Bool
    public var inRate: Int64
    public var outRate: Int64
    /// What its own link receives and sends, as far as is known.
    public var down: Int64?
    public var up: Int64?
    /// What the plan has for it, coming and going; nil when the plan is not known.
    public var plannedIn: Int64?
    public var plannedOut: Int64?
    public var shares: FlowShares

    public init(
        isReceiving: Bool, inRate: Int64, outRate: Int64, down: Int64? = nil, up: Int64? = nil,
        plannedIn: Int64? = nil, plannedOut: Int64? = nil, shares: FlowShares = FlowShares()
    ) {
        self.isReceiving = isReceiving
        self.inRate = inRate
        self.outRate = outRate
        self.down = down
        self.up = up
        self.plannedIn = plannedIn
        self.plannedOut = plannedOut
        self.shares = shares
    }

    /// What it receives of what the plan has for it, or, where it only sends, what it sends of that; 1 when nothing is
    /// known to compare with.
    var ofPlan: Double { isReceiving ? Self.share(inRate, of: plannedIn) : outOfPlan }
    var outOfPlan: Double { Self.share(outRate, of: plannedOut) }

    private static func share(_ rate: Int64, of planned: Int64?) -> Double {
        guard let planned, planned > 0 else { return 1 }
        return min(1, Double(rate) / Double(planned))
    }
}
