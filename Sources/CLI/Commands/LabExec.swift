import ArgumentParser
import Basics
import Lab

/// `skein lab exec`: runs a command on a host of a lab.
struct LabExec: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "exec",
        abstract: "Run a command on a host of a lab.",
        discussion: """
            The command runs in the host's network namespace, and `skein` in it talks to the host's peer. Terminal, \
            streams and exit code are the command's own; so is --json, when it stands after the two dashes.

            Example:  skein lab exec h0 -- skein ps
            """)

    @Argument(help: "The host: its name or site/rack/host.")
    var host: String
    @Argument(parsing: .postTerminator, help: "The command and its arguments, after --.")
    var command: [String]
    @Option(name: .long, help: "The lab; may be left out when there is only one.")
    var lab: String?

    func validate() throws {
        if command.isEmpty { throw ValidationError("name a command: skein lab exec HOST -- COMMAND") }
    }

    func run() async throws {
        try LabRun().become(command, host: host, lab: lab)
    }
}
