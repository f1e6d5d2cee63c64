/// How far a guest has come in this boot, in order.
public enum GuestPhase: String, Hashable, Sendable, CaseIterable, Comparable {
    /// The console has output: a kernel runs.
    case kernel
    /// The first-boot unit runs.
    case userspace
    /// The network card has its address.
    case network
    /// sshd listens.
    case ssh
    /// Everything the image wanted to do at boot is done.
    case done

    private var rank: Int {
        switch self {
        case .kernel: 0
        case .userspace: 1
        case .network: 2
        case .ssh: 3
        case .done: 4
        }
    }

    public static func < (a: GuestPhase, b: GuestPhase) -> Bool { a.rank < b.rank }
}
