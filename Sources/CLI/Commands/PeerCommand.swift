import ArgumentParser
import Basics
import Foundation
import Logging
import Peer

/// `skein peer`: the daemon of one host.
struct PeerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "peer",
        abstract: "Run the peer of this host.",
        subcommands: [PeerRun.self])
}

/// `skein peer run`: runs the daemon in the foreground until SIGTERM or Ctrl-C.
struct PeerRun: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run the peer in the foreground; logs go to standard error.",
        discussion: """
            Without a configuration file it listens on loopback, keeps its state in \
            \(PeerConfiguration.defaultStateDirectory), and makes a site of this machine alone: enough for a first try.
            With hosts that shall work together, make their site with `skein site init` and give each peer a file:

              name: h0
              site: /etc/skein/site.skein
              identity: /etc/skein/identity.key
              listen: 10.77.0.2:7411
              seeds: ["10.77.0.3:7411"]

            Example:  skein peer run --config /etc/skein/peer.yaml

            SIGTERM and Ctrl-C stop it: it says goodbye to the other peers, its VMs run on, and the next start finds \
            them again.
            """)

    @Option(name: .long, help: ArgumentHelp("The peer's configuration file.", valueName: "path"))
    var config: String?

    @Option(name: .long, help: ArgumentHelp("What to log: debug, info, notice, warning or error.", valueName: "level"))
    var logLevel = "info"

    @Flag(name: .long, help: "Read the configuration, say whether it is good, and stop.")
    var check = false

    func run() async throws {
        var configuration = PeerConfiguration()
        if let config {
            configuration = try PeerConfiguration.parse(try SourceReader.text(of: config), file: config)
        }
        guard let level = Logger.Level(rawValue: logLevel) else {
            throw SkeinError(
                .usage, doing: "reading --log-level", cause: "'\(logLevel)' is no level",
                next: "use debug, info, notice, warning or error")
        }
        if check {
            Output.line("the configuration of peer \(configuration.name) is good")
            return
        }
        LoggingSystem.bootstrap(StreamLogHandler.standardError)
        var logger = Logger(label: "skein")
        logger.logLevel = level
        try await PeerDaemon(configuration: configuration, logger: logger).run()
    }
}
