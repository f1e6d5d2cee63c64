/// A process of a tool on one host: a line for `sh`.
package struct ToolJob: Sendable, Hashable {
    /// When its work begins.
    package enum Start: Sendable, Hashable {
        /// At once: it listens, or waits for somebody by itself.
        case free
        /// When the measured time begins: its shell waits at the gate.
        case gated
        /// When the measured time begins: the program waits at the gate by itself.
        case waitsItself
    }

    /// A place in the topology's hosts.
    package let host: Int
    /// Told apart from the others of its host; part of the names of files.
    package let name: String
    /// The last command has to be `exec`ed where the process goes on after the copies are whole.
    package let script: String
    package var start: Start
    /// The TCP port that it has before the measured time begins.
    package var port: Int?
    /// The image whose copy it makes, by its place in the topology's images.
    package var receives: Int?

    package init(
        host: Int, name: String, script: String, start: Start = .free, port: Int? = nil, receives: Int? = nil
    ) {
        self.host = host
        self.name = name
        self.script = script
        self.start = start
        self.port = port
        self.receives = receives
    }
}
