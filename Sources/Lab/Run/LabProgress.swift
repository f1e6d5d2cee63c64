/// How far raising a lab is.
public struct LabProgress: Sendable, Hashable {
    public enum Step: String, Sendable, CaseIterable {
        /// Hosts whose namespace and links are set up.
        case network
        /// Keys and configuration of the peers are made.
        case site
        /// Peers whose process is started.
        case start
        /// Peers that answer on their control socket.
        case answer
        /// Peers that see all the others alive.
        case join
    }

    public let step: Step
    public let done: Int
    public let total: Int
}
