import ArgumentParser
import Basics
import Lab

/// `skein lab ls`: the labs of this machine.
struct LabList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ls",
        abstract: "List the labs of this machine and their hosts.",
        discussion: """
            Example:  skein lab ls --json
            """)

    @Flag(name: .long, help: "Write JSON: the labs.")
    var json = false

    func run() async throws {
        let labs = try LabRun().list()
        if json { return Output.json(labs) }
        guard !labs.isEmpty else {
            Output.error("no lab is up\nnext: skein lab up topologies/demo.yaml")
            return
        }
        for lab in labs { LabTable.print(lab) }
    }
}
