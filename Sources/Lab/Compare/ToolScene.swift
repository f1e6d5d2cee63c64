import Basics

/// What the command lines of a tool are made of: hosts, addresses and paths of one run.
struct ToolScene: Sendable, Hashable {
    struct Host: Sendable, Hashable {
        let name: String
        let address: String
        /// Its own directory; nothing else is in it.
        let directory: String
    }

    /// The name of the file in every host's directory: the image at the source, the copy elsewhere.
    static let fileName = "image.raw"

    let hosts: [Host]
    /// Place of the host that has the image.
    let source: Int
    let bytes: Int64
    /// For what belongs to no host; everybody may look into it.
    let shared: String
    /// The least rate on the way from the source to any host; nil: nothing is shaped.
    let slowest: BitRate?

    /// All but the source, in the order of the topology file.
    var targets: [Int] { hosts.indices.filter { $0 != source } }
    var sourceHost: Host { hosts[source] }

    func file(_ host: Int) -> String { "\(hosts[host].directory)/\(Self.fileName)" }
    /// Written by a program when its host's copy is whole.
    func doneMark(_ host: Int) -> String { "\(hosts[host].directory)/done" }
    /// Written by a program when it waits for the start.
    func readyMark(_ host: Int) -> String { "\(hosts[host].directory)/ready" }
}
