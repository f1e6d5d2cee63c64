import ArgumentParser
import Basics
import Lab

/// `skein lab relay`: one end or the middle of a plain TCP relay, started by the lab itself inside its hosts.
struct LabRelay: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "relay", abstract: "A plain TCP relay, for measuring links.", shouldDisplay: false,
        subcommands: [Source.self, Forward.self, Sink.self])

    struct Source: ParsableCommand {
        @Option var to: String
        @Option var port: UInt16
        @Option var seconds: Double

        func run() throws { try Relay.source(to: to, port: port, seconds: seconds) }
    }

    struct Forward: ParsableCommand {
        @Option var port: UInt16
        @Option var to: String
        @Option var nextPort: UInt16

        func run() throws { try Relay.forward(port: port, to: to, nextPort: nextPort) }
    }

    struct Sink: ParsableCommand {
        @Option var port: UInt16
        @Option var warmUp: Double

        func run() throws { Output.line("\(try Relay.sink(port: port, warmUp: warmUp))") }
    }
}
