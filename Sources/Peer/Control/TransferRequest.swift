import Basics
import Pipeline

/// What an image may take of the hosts' links, as somebody asks for it.
public struct TransferRequest: Codable, Sendable {
    /// Bytes per second, each way; nil: what there is.
    public var limit: Int?
    /// high, normal or background; nil: normal.
    public var priority: String?

    /// The priorities that there are, the first one first.
    public static var priorities: [String] { TransferPriority.allCases.reversed().map(\.name) }
    public static let usualPriority = TransferPriority.normal.name

    public init(limit: Int? = nil, priority: String? = nil) {
        self.limit = limit
        self.priority = priority
    }

    /// - Throws: `SkeinError` of code `usage` when there is no such priority.
    static func terms(of request: TransferRequest?, doing: String) throws -> TransferTerms {
        guard let request else { return .usual }
        var terms = TransferTerms(limit: request.limit.map { min(max(PeerLimits.leastLimit, $0), 1 << 40) })
        if let name = request.priority {
            guard let priority = TransferPriority(name: name) else {
                throw SkeinError(
                    .usage, doing: doing, cause: "there is no priority \(name)",
                    next: "use one of \(priorities.joined(separator: ", "))")
            }
            terms.priority = priority
        }
        return terms
    }
}
