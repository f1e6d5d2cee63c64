import ArgumentParser
import Foundation
import Peer

/// What every verb that asks the peer takes.
struct ControlOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "The peer's control socket.",
            discussion: "Without it SKEIN_SOCKET, and without that \(ControlClient.standardSocket).",
            valueName: "path"))
    var socket: String?

    @Flag(name: .long, help: "Write JSON: one value, or one event a line for long work.")
    var json = false

    var client: ControlClient {
        ControlClient(
            socket: socket ?? ProcessInfo.processInfo.environment["SKEIN_SOCKET"] ?? ControlClient.standardSocket)
    }
}
