import ArgumentParser
import Basics
import Peer

/// `skein validate`: reads a cluster file as `up` would, and says what it means.
struct Validate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check a cluster file without asking any peer.",
        discussion: """
            Reads the file and everything it names. A mistake is shown with file, line and column, and the exit code \
            is 2.

            Example:  skein validate -f cluster.yaml
            """)

    @OptionGroup var clusterFile: ClusterFileOptions
    @Flag(name: .long, help: "Write JSON: the nodes as they would be made.")
    var json = false

    func run() async throws {
        let spec = try clusterFile.load().spec
        json ? Output.json(ValidateAnswer(spec)) : show(spec)
    }

    private func show(_ spec: ClusterSpec) {
        Output.line("\(spec.name): \(spec.nodes.count) nodes in \(spec.subnet), \(spec.images.count) image(s)")
        var table = TextTable([
            .init(title: "ROLE"), .init(title: "NODES", isNumeric: true), .init(title: "VCPUS", isNumeric: true),
            .init(title: "MEMORY", isNumeric: true), .init(title: "NAMES"), .init(title: "PACKAGES", isNumeric: true),
            .init(title: "FILES", isNumeric: true), .init(title: "RUN", isNumeric: true),
        ])
        for role in spec.roles {
            let names = [role.nodeNames.first, role.nodeNames.count > 1 ? role.nodeNames.last : nil]
            table.add([
                role.name, "\(role.count)", "\(role.vcpus)", role.memory.description,
                names.compactMap { $0 }.joined(separator: " … "), "\(role.image.packages.count)",
                "\(role.image.files.count)", "\(role.image.run.count)",
            ])
        }
        table.print()
        Output.error("next: skein up -f \(clusterFile.file)")
    }
}
