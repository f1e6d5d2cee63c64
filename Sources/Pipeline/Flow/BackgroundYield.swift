/// What images in the background may take of one direction of a host's link, beside whatever else goes over it.
///
/// The host's own counters say how much others move, so this also holds where queues are fair to each flow, and delay would
/// tell nothing. Others get what they take and room to take more: a greedy one has nearly the whole link within a second.
/// Looked at every ``PipelineLimits/progressInterval``.
public struct BackgroundYield: Hashable, Sendable {
    /// Bytes per second; nil: what there is.
    public private(set) var allowance: Int?

    /// Others count from one part of the link in so many on: less may be headers and acknowledgements.
    private static let noticedPart = 12
    /// Together they shall leave one part in so many free, in which others can grow. A link carries up to a tenth less than
    /// is said of it, for headers: were less left free, it would be full and not look so.
    private static let freePart = 6

    public init() {}

    /// - Parameters:
    ///   - capacity: bytes per second of the link, payload.
    ///   - own: bytes per second of all images, payload.
    ///   - others: bytes per second of everything else.
    public mutating func look(capacity: Int, own: Int, others: Int) {
        let least = max(1, capacity / LinkShares.leastPart)
        guard others >= capacity / Self.noticedPart else {
            guard let allowance else { return }
            let more = allowance + allowance / 3 + capacity / 50
            self.allowance = more >= capacity ? nil : more
            return
        }
        let room = capacity - capacity / Self.freePart - others - own
        let current = min(allowance ?? capacity, max(own, least))
        if room < 0 {
            // Not what is over: others are held back by exactly that, and would take more.
            allowance = max(least, min(current * 3 / 4, current + room))
        } else {
            allowance = max(least, min((allowance ?? current) + room / 4, capacity - others))
        }
    }

    /// Nothing is known of a link that was not looked at for long.
    ///
    /// - Parameter capacity: bytes per second of the link: it begins with a part of it, and grows within a second.
    public mutating func begin(capacity: Int) { allowance = max(1, capacity / 10) }
}
