import ArgumentParser
import Basics
import Peer

/// The `skein` command: parses the line, runs the verb, and turns every failure into one sentence and an exit code.
@main
struct Skein: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "skein",
        abstract: "Installs whole virtual clusters on the fly.",
        discussion: """
            One YAML file describes a cluster. Skein builds its disk image or finds it in the cache, streams it to \
            every host, and boots the nodes as their images complete.

              skein peer run --config /etc/skein/peer.yaml     on every host
              skein up -f cluster.yaml                         on any of them
              skein ps

            Exit codes: 0 done, 1 failed, 2 bad usage or bad file, 3 partly done, 130 interrupted by Ctrl-C.
            """,
        version: PeerVersion.text,
        groupedSubcommands: [
            CommandGroup(name: "Clusters", subcommands: [Validate.self, Up.self, Ps.self, Logs.self, Down.self]),
            CommandGroup(name: "Images", subcommands: [Image.self]),
            CommandGroup(
                name: "Hosts",
                subcommands: [
                    Peers.self, Sites.self, Status.self, Transfers.self, Flow.self, Doctor.self, PeerCommand.self,
                    SiteCommand.self,
                ]),
            CommandGroup(name: "Emulated networks", subcommands: [LabCommand.self]),
        ])

    static func main() async {
        do {
            var command = try await asyncParseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            ErrorReporter.exit(after: error)
        }
    }
}
