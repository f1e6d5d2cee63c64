import ArgumentParser
import Basics
import Peer

/// `skein image push`: installs an image at other hosts and starts nothing.
struct ImagePush: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "push",
        abstract: "Install an image at other hosts.",
        discussion: """
            Streams the chunks that each host does not hold. Interrupted, it goes on from what has arrived.

            Example:  skein image push hello --host h1 --host h2
            """)

    @Argument(help: "The image.")
    var image: String
    @Option(name: .long, help: "A host; all that are alive when none is named.")
    var host: [String] = []
    @OptionGroup var control: ControlOptions

    func run() async throws {
        let isJSON = control.json
        let event = try await OperationRunner(control).run(.pushImage(PushRequest(image: image, hosts: host))) {
            event in
            if let transfer = event.transfer, !isJSON { ImagePush.show(transfer) }
        }
        if let transfer = event.transfer, !isJSON { ImagePush.show(transfer) }
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
