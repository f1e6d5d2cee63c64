/// Which of its two rates a host measures.
public enum ProbeDirection: UInt8, Hashable, Sendable, CaseIterable {
    /// What it can receive: partners send to it.
    case down = 0
    /// What it can send.
    case up = 1
}
