import ArgumentParser
import Basics
import Lab
import Peer

/// `skein lab up`: raises a network and starts a peer on every host.
struct LabUp: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "up",
        abstract: "Raise the network of a topology file, with a peer on every host.",
        discussion: """
            Returns when all peers see each other. On any failure, and after Ctrl-C, everything is taken away again.

            Example:  skein lab up topologies/demo.yaml
            """)

    @Argument(help: ArgumentHelp("The topology file.", valueName: "path"))
    var file: String
    @Option(name: .long, help: "The lab's name; without it the topology's.")
    var name: String?
    @Option(name: .long, help: "The peers' accelerator: auto, kvm or tcg.")
    var accelerator = "auto"
    @Flag(name: .long, help: "Keep the peers' stores in memory.")
    var inMemory = false
    @Flag(name: .long, help: "Make each site a group of its own, with bridges between them; see `skein sites`.")
    var segments = false
    @Flag(name: .long, help: "Only the network, without peers.")
    var noPeers = false
    @Flag(name: .long, help: "Write JSON: events, then the lab.")
    var json = false

    func validate() throws {
        guard ["auto", "kvm", "tcg"].contains(accelerator) else {
            throw ValidationError("--accelerator is auto, kvm or tcg")
        }
    }

    func run() async throws {
        var options = LabOptions()
        options.startsPeers = !noPeers
        options.keepsDataInMemory = inMemory
        options.accelerator = accelerator
        options.segmentsAreSites = segments
        options.peersAlive = { try await PeerLabControl().peersAlive(socket: $0) }
        let progress = LabProgressPrinter(json: json)
        let signals = SignalCount()
        let (file, name, settled) = (file, name, options)
        do {
            let status = try await Interrupt.guarding(
                onFirst: {
                    _ = signals.next()
                    Output.error("cancelling; the lab is being taken away")
                },
                {
                    try await LabRun().up(file: file, name: name, options: settled) { progress.show($0) }
                })
            json ? Output.json(status) : show(status)
        } catch let error as SkeinError {
            guard signals.value > 0 else { throw error }
            Output.error("cancelled: \(Printable.lines(error.cause))")
            throw ReportedError(error, exitCode: Interrupt.exitCode, isPrinted: true)
        }
    }

    private func show(_ status: LabStatus) {
        for note in status.notes { Output.error("note: \(note)") }
        LabTable.print(status)
        if let host = status.hosts.first {
            Output.error(
                "next: skein lab exec \(host.name) -- skein up -f cluster.yaml · skein lab down \(status.name)")
        }
    }
}
