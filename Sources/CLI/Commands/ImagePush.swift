import ArgumentParser
import Basics
import Foundation
import Peer

/// `skein image push`: installs an image at other hosts and starts nothing.
struct ImagePush: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "push",
        abstract: "Install an image at other hosts.",
        discussion: """
            Streams the chunks that each host does not hold. Interrupted, it goes on from what has arrived. Who feeds \
            whom meanwhile, and what is slow, is shown by skein flow.

            Example:  skein image push hello --to h1,h2
                      skein image push hello --limit 200Mbit
                      skein image push hello --priority background
            """)

    @Argument(help: "The image.")
    var image: String
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Hosts, with commas between; all that are alive when none is named.", valueName: "hosts"))
    var to: [String] = []
    /// What `--to` was called before.
    @Option(name: .long, help: .hidden)
    var host: [String] = []
    @OptionGroup var transfer: TransferOptions
    @OptionGroup var control: ControlOptions

    func run() async throws {
        let isJSON = control.json
        let request = PushRequest(image: image, hosts: try hosts(), transfer: transfer.request)
        let event = try await OperationRunner(control).run(.pushImage(request)) { event in
            if let transfer = event.transfer, !isJSON { ImagePush.show(transfer) }
        }
        if let transfer = event.transfer, !isJSON { ImagePush.show(transfer) }
    }

    /// Each host once, in the order in which they were named.
    private func hosts() throws -> [String] {
        var seen: Set<String> = []
        let named = (to + host).flatMap { list in
            list.split(separator: ",", omittingEmptySubsequences: false).map {
                $0.trimmingCharacters(in: .whitespaces)
            }
        }
        guard !named.contains("") else {
            throw ValidationError("--to wants names of hosts with commas between: --to h1,h2")
        }
        return named.filter { seen.insert($0).inserted }
    }

    private static func show(_ report: TransferReport) {
        var table = TextTable([
            .init(title: "HOST"), .init(title: "TIME", isNumeric: true), .init(title: "MOVED", isNumeric: true),
            .init(title: "CHUNKS", isNumeric: true), .init(title: "NOTE"),
        ])
        for host in report.hosts {
            table.add([
                host.host, host.seconds.map(Figures.seconds) ?? "", Figures.bytes(host.bytes), "\(host.chunks)",
                host.reason ?? (host.chunks == 0 ? "had it all" : ""),
            ])
        }
        table.print()
    }
}
