/// What this peer believes of another one.
public enum MemberState: UInt8, Hashable, Sendable, CaseIterable {
    case alive = 0
    /// It did not answer, or others say so, and its time to refute that runs.
    case suspect = 1
    case dead = 2
    /// It said goodbye.
    case left = 3

    /// Whether messages are sent to it and plans may count on it.
    public var isPresent: Bool {
        switch self {
        case .alive, .suspect: true
        case .dead, .left: false
        }
    }
}
