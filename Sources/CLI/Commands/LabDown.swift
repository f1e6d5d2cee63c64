import ArgumentParser
import Basics
import Lab

/// `skein lab down`: takes a lab away.
struct LabDown: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "down",
        abstract: "Take a lab away: its peers, nodes, network and stores.",
        discussion: """
            Also removes what a crash left behind.

            Example:  skein lab down demo
            """)

    @Argument(help: "The lab; may be left out when there is only one.")
    var name: String?
    @Flag(name: .long, help: "Every lab of this machine.")
    var all = false
    @Flag(name: .long, help: "Write JSON: the names of the labs that are gone.")
    var json = false

    func validate() throws {
        if all, name != nil { throw ValidationError("name a lab, or say --all") }
    }

    func run() async throws {
        let lab = LabRun()
        let removed = all ? try await lab.downAll() : [try await lab.down(name: name)]
        if json { return Output.json(["removed": removed]) }
        Output.line(removed.isEmpty ? "there was no lab" : "gone: \(removed.joined(separator: ", "))")
    }
}
