/// What holds one host of a flow back, with the figures that say so. Rates are bytes per second, shares from 0 to 1.
public enum Bottleneck: Hashable, Sendable {
    /// It takes all that comes and waits for more: the limit is before it.
    case parent(rate: Int64, planned: Int64?)
    /// Its own link brings no more.
    case netIn(rate: Int64, of: Int64)
    /// Children wait for its sockets to drain; `of` is what its own link sends, when that is known.
    case netOut(rate: Int64, of: Int64?)
    /// The store is slower than the network.
    case disk(Disk, share: Double)
    /// There is no processor time left.
    case cpu(Processor, share: Double)

    public enum Disk: Hashable, Sendable { case reading, writing }
    /// Whose processor time is used up: that of the one event loop, of all cores by this peer, or by others too.
    public enum Processor: Hashable, Sendable { case loop, process, machine }

    /// The kinds, as people read them.
    public enum Cause: String, Hashable, Sendable, CaseIterable {
        case parent
        case netIn = "net in"
        case netOut = "net out"
        case disk
        case cpu = "CPU"
    }

    /// A rate counts as at its limit from here on: limits are forecasts.
    private static let near = 0.75
    /// A sender is held back by something behind its own link when it sends less than this share of what that carries.
    private static let farBelow = 0.5
    /// Shares of the time from which on something counts as the limit.
    private static let oftenBlocked = 0.5
    private static let oftenFull = 0.25
    private static let oftenReading = 0.5
    private static let processorFull = 0.85
    private static let machineFull = 0.6

    /// The strongest evidence first. Nil when nothing holds the host back: it wants nothing, and whom it feeds takes
    /// less than it could send.
    public init?(_ figures: FlowFigures) {
        let shares = figures.shares
        let isBlocked = shares.blocked >= Self.oftenBlocked
        if isBlocked, let up = figures.up, Self.isNear(figures.outRate, up) {
            self = .netOut(rate: figures.outRate, of: max(up, figures.outRate))
        } else if figures.isReceiving, let down = figures.down, Self.isNear(figures.inRate, down) {
            self = .netIn(rate: figures.inRate, of: max(down, figures.inRate))
        } else if shares.loop >= Self.processorFull {
            self = .cpu(.loop, share: shares.loop)
        } else if shares.process >= Self.processorFull {
            self = .cpu(.process, share: shares.process)
        } else if let pressure = shares.pressure, pressure >= Self.machineFull, Self.lags(figures) {
            // Before the disk: whose writers get no processor seems to have a slow one.
            self = .cpu(.machine, share: pressure)
        } else if figures.isReceiving, shares.full >= Self.oftenFull {
            self = .disk(.writing, share: shares.full)
        } else if shares.reading >= Self.oftenReading {
            self = .disk(.reading, share: shares.reading)
        } else if isBlocked, figures.up == nil || !figures.isReceiving {
            // What lies behind its own link takes no more: a shared link, or the children themselves.
            self = .netOut(rate: figures.outRate, of: figures.up)
        } else if figures.isReceiving {
            self = .parent(rate: figures.inRate, planned: figures.plannedIn)
        } else {
            return nil
        }
    }

    public var cause: Cause {
        switch self {
        case .parent: .parent
        case .netIn: .netIn
        case .netOut: .netOut
        case .disk: .disk
        case .cpu: .cpu
        }
    }

    /// The host could send more, and what lies behind its own link takes no more.
    public var isBeyondOwnLink: Bool {
        if case .netOut(let rate, let limit?) = self { Self.share(rate, of: limit) < Self.farBelow } else { false }
    }

    /// How much of what there is the host uses: 1 at its limit.
    var use: Double {
        switch self {
        case .parent: 0
        case .netIn(let rate, let limit): Self.share(rate, of: limit)
        case .netOut(let rate, let limit): limit.map { Self.share(rate, of: $0) } ?? 1
        case .disk(_, let share), .cpu(_, let share): share
        }
    }

    /// What passes of what the plan has for it at the place of this limit.
    func ofPlan(_ figures: FlowFigures) -> Double {
        switch self {
        case .netOut: figures.outOfPlan
        case .parent, .netIn, .disk, .cpu: figures.ofPlan
        }
    }

    private static func isNear(_ rate: Int64, _ limit: Int64) -> Bool { share(rate, of: limit) >= near }

    private static func share(_ rate: Int64, of limit: Int64) -> Double { Double(rate) / Double(max(1, limit)) }

    /// True unless the plan is kept: a busy machine that keeps up holds nobody back.
    private static func lags(_ figures: FlowFigures) -> Bool {
        if figures.isReceiving { return figures.plannedIn.map { !isNear(figures.inRate, $0) } ?? true }
        return figures.outRate > 0 && (figures.plannedOut.map { !isNear(figures.outRate, $0) } ?? true)
    }
}
