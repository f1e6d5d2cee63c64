/// A lab as `skein lab ls` shows it.
public struct LabStatus: Codable, Sendable, Hashable {
    public enum State: String, Codable, Sendable {
        /// Another process is raising or removing it.
        case busy
        case up
        /// Some of its peers do not run.
        case degraded
        /// What was left by a crash; `skein lab down` removes it.
        case broken
    }

    public struct Host: Codable, Sendable, Hashable {
        public let name: String
        /// `site/rack/host`.
        public let path: String
        public let address: String
        public let namespace: String
        /// The control socket of its peer.
        public let socket: String
        public let log: String
        /// The process of its peer; nil when none was started.
        public let process: Int32?
        /// True while its peer runs.
        public let isRunning: Bool
    }

    public let name: String
    public let id: String
    /// The topology file as it was given.
    public let topology: String
    /// Seconds since 1970.
    public let created: Int64
    public let state: State
    public let hosts: [Host]
    /// What people should know, such as delays that the kernel cannot emulate.
    public let notes: [String]
}
