import ArgumentParser
import Basics
import Lab

/// `skein lab stats`: what the peers of a lab cost while nothing happens.
struct LabStats: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats",
        abstract: "Show what the peers of a lab cost the machine.",
        discussion: """
            Watches them for some seconds, by the kernel's own accounting of their processes.

            Example:  skein lab stats --seconds 10
            """)

    @Argument(help: "The lab; needed when several are up.")
    var name: String?
    @Option(name: .long, help: "How long to watch.")
    var seconds = 5.0
    @Flag(name: .long, help: "Write JSON.")
    var json = false

    func validate() throws {
        guard seconds > 0, seconds <= 3600 else { throw ValidationError("--seconds is above 0 and at most 3600") }
    }

    func run() async throws {
        let figures = try await LabRun().idle(lab: name, watching: .seconds(seconds))
        if json { return Output.json(figures) }
        Output.line(LabStats.text(figures))
    }

    /// One sentence for people.
    static func text(_ figures: IdleFigures) -> String {
        let up = figures.upSeconds.map { ", up in \(Figures.seconds($0))" } ?? ""
        return "\(figures.peers) peers\(up): anonymous memory \(Figures.bytes(figures.anonymousMedianBytes)) at the "
            + "median and \(Figures.bytes(figures.anonymousMaxBytes)) at most, resident at most "
            + "\(Figures.bytes(figures.residentMaxBytes)), \(Figures.fixed(figures.cores, 2)) cores for all together "
            + "over \(Figures.seconds(figures.watchedSeconds))"
    }
}
