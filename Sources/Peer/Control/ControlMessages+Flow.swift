/// How an image flows over all hosts, as `skein flow` shows it. Rates are bytes of slices per second.
public struct FlowReport: Codable, Sendable {
    /// A parent or a child of a host.
    public struct Edge: Codable, Sendable {
        public var host: String
        /// Bytes that came from it or went to it.
        public var bytes: Int64
        public var rate: Int64
        /// Of a parent: the stripes that it is to send now.
        public var stripes: Int?
    }

    /// What holds a host back.
    public struct Limit: Codable, Sendable, Hashable {
        /// parent, net in, net out, disk or CPU.
        public var cause: String
        /// What passes there, and what could or should; nil where that is not known.
        public var rate: Int64?
        public var of: Int64?
        /// Of disk and CPU: the share of the time.
        public var share: Double?
        /// The same in words.
        public var words: String
    }

    public struct Host: Codable, Sendable {
        public var host: String
        public var peer: String
        public var state: FlowState
        /// Stored bytes that came, and all that had to come.
        public var bytes: Int64
        public var total: Int64
        /// Seconds since it took up the order, until now or its end.
        public var elapsed: Double?
        public var inRate: Int64
        public var outRate: Int64
        /// What the plan has for it; nil when that is not known.
        public var plannedIn: Int64?
        public var plannedOut: Int64?
        /// The busiest first.
        public var from: [Edge]
        public var to: [Edge]
        /// Nil when nothing holds it back.
        public var limit: Limit?
        /// Seconds until it has all bytes, at the present rate; nil when nobody can tell.
        public var eta: Double?
        /// Why it failed.
        public var reason: String?
    }

    public struct Plan: Codable, Sendable {
        /// Of the fastest receivers.
        public var stripes: Int
        public var rate: Int64
        /// Seconds from the order to the last host's last byte, as predicted, and the bound of any distribution.
        public var predicted: Double?
        public var bound: Double?
        /// False when no link of those hosts has been measured or declared: then the rates are a guess.
        public var isMeasured: Bool
    }

    /// The host that holds all others back.
    public struct Slowest: Codable, Sendable {
        public var host: String
        public var limit: Limit
        /// Hosts that wait for nothing else.
        public var waiting: Int
    }

    public var image: String
    public var name: String?
    /// Seconds since the first host took up its order.
    public var elapsed: Double?
    /// By name; those that have nothing to do with the image are left out.
    public var hosts: [Host]
    public var plan: Plan?
    public var bottleneck: Slowest?
    /// Hosts that did not answer.
    public var silent: [String]

    /// True while some host gets it.
    public var isFlowing: Bool { hosts.contains { $0.state == .receiving || $0.state == .assembling } }
}
