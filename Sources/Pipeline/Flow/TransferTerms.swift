/// Which of several images goes first where they share a host's link.
public enum TransferPriority: UInt8, Hashable, Sendable, CaseIterable, Comparable {
    /// Also behind what others than Skein send over the link.
    case background
    case normal
    case high

    public static func < (a: TransferPriority, b: TransferPriority) -> Bool { a.rawValue < b.rawValue }

    /// As people write it.
    public var name: String {
        switch self {
        case .background: "background"
        case .normal: "normal"
        case .high: "high"
        }
    }

    public init?(name: some StringProtocol) {
        guard let found = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = found
    }
}

/// What an image may take of each host's link.
public struct TransferTerms: Hashable, Sendable {
    /// Bytes per second each way; nil: what there is.
    public var limit: Int?
    public var priority: TransferPriority

    public init(limit: Int? = nil, priority: TransferPriority = .normal) {
        self.limit = limit
        self.priority = priority
    }

    /// Everything, beside others of the same kind.
    public static let usual = TransferTerms()
}
