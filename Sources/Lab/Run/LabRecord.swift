/// What a lab has made or is about to make; written before it is made, so that a crash can be cleaned up.
struct LabRecord: Codable, Sendable {
    struct Host: Codable, Sendable {
        var name: String
        var path: String
        var namespace: String
        var address: String
        var socket: String
        var log: String
        var configuration: String
        /// Set once the peer was started.
        var process: Int32?
    }

    enum Phase: String, Codable, Sendable {
        case raising
        case up
    }

    var format = 1
    var name: String
    /// Random; part of the names of all namespaces and of the environment of all processes.
    var id: String
    var topology: String
    var creator: Int32
    /// Seconds since 1970.
    var created: Int64
    var phase: Phase
    var coreNamespace: String
    var outsideNamespace: String
    var hosts: [Host]

    /// The namespaces that belong to the lab alone.
    var namespaces: [String] { [coreNamespace] + hosts.map(\.namespace) }
}
