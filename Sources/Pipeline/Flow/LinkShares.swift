/// What each of several images may take of one direction of a host's link.
///
/// Images of one priority share as their connections do. Those of a lower one get what the higher leave: what the plans of
/// these have for the host, or less when less moves for lack of something elsewhere. They always get a little, so that
/// nobody takes them for stalled.
public enum LinkShares {
    /// One image in one direction.
    public struct Claim: Hashable, Sendable {
        public let priority: TransferPriority
        /// Bytes per second that its plan has here; 0: nothing is wanted.
        public let planned: Int
        /// Bytes per second that move.
        public let rate: Int
        /// Too little time has passed for the rate to say anything.
        public let isNew: Bool

        public init(priority: TransferPriority, planned: Int, rate: Int, isNew: Bool) {
            self.priority = priority
            self.planned = planned
            self.rate = rate
            self.isNew = isNew
        }
    }

    /// A lower image gets at least one part of the link in so many.
    static let leastPart = 50
    /// Who could have more has a bit more room than it takes, a quarter of that and one part of the link in so many: so it
    /// finds out.
    static let roomPart = 20

    /// - Parameters:
    ///   - claims: of all images at this host, in any order.
    ///   - capacity: bytes per second of the link.
    /// - Returns: bytes per second for each image of the priority; nil: what there is.
    public static func allowance(of priority: TransferPriority, among claims: [Claim], capacity: Int) -> Int? {
        let higher = claims.filter { $0.priority > priority && $0.planned > 0 }
        guard !higher.isEmpty else { return nil }
        let taken = higher.reduce(0) { $0 + demand(of: $1, capacity: capacity) }
        let equals = max(1, claims.count { $0.priority == priority && $0.planned > 0 })
        let lower = claims.reduce(0) { $1.priority <= priority ? $0 + $1.rate : $0 }
        let left = capacity - taken
        // What they were allowed before comes still, so that the higher cannot show what they could take.
        let isCrowded = lower > left + left / 8 + capacity / 40
        return max(1, max(capacity / leastPart, isCrowded ? 0 : left) / equals)
    }

    private static func demand(of claim: Claim, capacity: Int) -> Int {
        let planned = min(claim.planned, capacity)
        guard !claim.isNew else { return planned }
        return min(planned, claim.rate + claim.rate / 4 + capacity / roomPart)
    }
}
