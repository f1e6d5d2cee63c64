import ArgumentParser
import Basics
import Peer

/// `skein site`: sites and who belongs to them.
struct SiteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "site",
        abstract: "Make a site: the hosts that trust each other.",
        subcommands: [SiteInit.self])
}

/// `skein site init`: makes the files of a new site.
struct SiteInit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Make a new site and the files that its peers need.",
        discussion: """
            Writes DIRECTORY/site.root, which certifies peers and belongs into a safe place, and for each peer \
            DIRECTORY/NAME/site.skein and DIRECTORY/NAME/identity.key, which its configuration names.

            Example:  skein site init --name tokyo --directory ./tokyo --peer h0 --peer h1
            """)

    @Option(name: .long, help: ArgumentHelp("The site's name.", valueName: "name"))
    var name: String

    @Option(name: .long, help: ArgumentHelp("Where the files go.", valueName: "path"))
    var directory: String

    @Option(name: .long, help: ArgumentHelp("The name of a host; once for each.", valueName: "host"))
    var peer: [String]

    @Flag(name: .long, help: "Write JSON.")
    var json = false

    func run() async throws {
        let members = peer.map {
            SiteMaker.Member(
                name: $0, siteFilePath: "\(directory)/\($0)/site.skein", identityPath: "\(directory)/\($0)/identity.key"
            )
        }
        guard !members.isEmpty else {
            throw SkeinError(
                .usage, doing: "making site \(name)", cause: "no peer is named", next: "add --peer HOST for each host")
        }
        try SiteMaker.make(siteName: name, authorityPath: "\(directory)/site.root", members: members)
        if json {
            Output.json(["site": name, "directory": directory])
        } else {
            Output.line("made site \(name) with \(members.count) peers in \(directory)")
            Output.error("next: copy each directory to its host, and run `skein peer run --config FILE` there")
        }
    }
}
