import ArgumentParser
import Basics
import Peer

/// `skein up`: brings a cluster up and stays until it is READY.
struct Up: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Bring up the cluster that a file describes.",
        discussion: """
            Builds the cluster's images unless they are cached, streams them to the hosts, boots the nodes and waits \
            until they are READY. Ends with a timeline and the table of nodes.

            Example:  skein up -f examples/hello.yaml
                      skein up -f examples/hello.yaml --priority high

            Ctrl-C cancels: the peer stops the nodes that this command started, images and chunks stay in the cache, \
            and the exit code is 130. A second Ctrl-C leaves at once.
            Exit code 3: some nodes failed, and at least ready.min of them are READY.
            """)

    @OptionGroup var clusterFile: ClusterFileOptions
    @OptionGroup var transfer: TransferOptions
    @OptionGroup var control: ControlOptions

    func run() async throws {
        var (request, spec) = try clusterFile.load()
        request.transfer = transfer.request
        let isJSON = control.json
        let event = try await OperationRunner(control).run(.up(request)) { event in
            if let report = event.up, !isJSON {
                TimelineReport(report: report, terminal: Terminal.current).print()
            }
        }
        guard let report = event.up else {
            throw SkeinError(.internal, doing: "bringing up \(spec.name)", cause: "the peer sent no report")
        }
        if !isJSON {
            TimelineReport(report: report, terminal: Terminal.current).print()
            let name = report.cluster
            Output.error("\nnext: skein ps \(name) · skein logs \(firstNode(report)) · skein down \(name)")
        }
        if report.failed > 0 || report.ready < report.nodes.count {
            throw SkeinError(
                .partial, doing: "bringing up \(report.cluster)",
                cause: "\(report.ready) of \(report.nodes.count) nodes are READY",
                next: "skein logs shows the console of a node; skein down \(report.cluster) takes all down")
        }
    }

    private func firstNode(_ report: UpReport) -> String {
        report.nodes.first.map { "\(report.cluster)/\($0.node)" } ?? report.cluster
    }
}
