package import Pipeline

/// What holds a host or a flow back, in plain words with its figures.
extension FlowReport.Limit {
    package init(_ bottleneck: Bottleneck) {
        self.init(cause: bottleneck.cause.rawValue, words: "")
        let detail: String
        switch bottleneck {
        case .parent(let rate, let planned):
            (self.rate, of) = (rate, planned)
            detail = Self.rates(rate, planned, "came", limit: "planned ")
        case .netIn(let rate, let limit):
            (self.rate, of) = (rate, limit)
            detail = Self.rates(rate, limit, "came")
        case .netOut(let rate, let limit):
            (self.rate, of) = (rate, limit)
            detail =
                Self.rates(rate, limit, "sent")
                + (bottleneck.isBeyondOwnLink ? ", what lies behind its own link takes no more" : "")
        case .disk(.writing, let share):
            self.share = share
            detail = "too much waited to be stored \(Self.percent(share)) of the time"
        case .disk(.reading, let share):
            self.share = share
            detail = "children waited for chunks from the store \(Self.percent(share)) of the time"
        case .cpu(.loop, let share):
            self.share = share
            detail = "its event loop ran \(Self.percent(share)) of the time"
        case .cpu(.process, let share):
            self.share = share
            detail = "the peer used \(Self.percent(share)) of all processors"
        case .cpu(.machine, let share):
            self.share = share
            detail = "somebody waited for a processor \(Self.percent(share)) of the time"
        }
        words = "\(cause), \(detail)"
    }

    /// `38.9 of 40 Mbit/s sent`.
    private static func rates(_ rate: Int64, _ limit: Int64?, _ verb: String, limit word: String = "") -> String {
        guard let limit, limit > 0 else { return "\(megabits(rate)) Mbit/s \(verb)" }
        return "\(megabits(rate)) of \(word)\(megabits(limit)) Mbit/s \(verb)"
    }

    /// Megabits per second with one decimal unless that is 0.
    static func megabits(_ bytesPerSecond: Int64) -> String {
        let tenths = (Double(max(0, bytesPerSecond)) * 8 / 1e5).rounded()
        guard tenths < 1e15 else { return "-" }
        let whole = Int64(tenths)
        return whole % 10 == 0 ? "\(whole / 10)" : "\(whole / 10).\(whole % 10)"
    }

    private static func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }
}

extension FlowReport.Slowest {
    /// `h7 slows the flow: net out, 38.9 of 40 Mbit/s sent; 12 hosts wait for it`.
    public var sentence: String {
        let waiters =
            switch waiting {
            case 0: "no other host waits for it"
            case 1: "1 host waits for it"
            default: "\(waiting) hosts wait for it"
            }
        return "\(host) slows the flow: \(limit.words); \(waiters)"
    }
}
