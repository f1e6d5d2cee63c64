import Basics
import Foundation
import Lab

/// A short story in a text file: what it is about, a network, and what the simulation of it tells.
///
/// Three parts are divided by lines of `---`: the story, whose last line holds the options; a topology; the trace.
struct GoldenScenario {
    struct Malformed: Error, CustomStringConvertible {
        let description: String
    }

    static let directory = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().appendingPathComponent("Goldens")
    private static let divider = "\n---\n"

    let url: URL
    let story: String
    let topology: String
    let trace: String

    init(_ name: String) throws {
        url = Self.directory.appendingPathComponent("\(name).txt")
        let text = try String(contentsOf: url, encoding: .utf8)
        let parts = text.components(separatedBy: Self.divider)
        guard parts.count == 3 else { throw Malformed(description: "\(name).txt has \(parts.count) parts, not three") }
        (story, topology, trace) = (parts[0], parts[1], parts[2])
    }

    /// Writes the file anew with another trace.
    func rewrite(_ trace: String) throws {
        try Data([story, topology, trace].joined(separator: Self.divider).utf8).write(to: url)
    }

    /// What the simulation tells now.
    func tell() throws -> String {
        let running = SimulatedStory()
        let report = try running.run(Topology.parse(topology, file: url.lastPathComponent), options())
        var lines = running.events.map { "\(Self.seconds($0.seconds)): \($0.text)" }
        lines += report.stalls.map { stall in
            "\(Self.seconds(stall.at)): nothing came to \(stall.host) from \(stall.parent ?? "anybody") for "
                + Self.seconds(stall.seconds)
        }
        lines.append("")
        lines += report.hostsDetail.map { Self.line($0, report.flows) }
        lines.append("")
        lines.append("\(report.identical) of \(report.survivors) survivors are done; the bound is \(bound(report))")
        lines.append("\(report.duplicateBytes) bytes came twice; \(copies(report)) copies left the sources")
        return lines.joined(separator: "\n") + "\n"
    }

    /// Of the line such as `--seed 3 --gossip off`.
    private func options() throws -> SimulationOptions {
        var options = SimulationOptions()
        options.parameters = Self.parameters
        let words = (story.split(separator: "\n").last ?? "").split(separator: " ")
        guard words.count.isMultiple(of: 2) else { throw Malformed(description: "an option has no value") }
        for place in stride(from: 0, to: words.count, by: 2) {
            let value = String(words[place + 1])
            switch words[place] {
            case "--seed": options.seed = try Self.known(UInt64(value), value)
            case "--gossip": options.gossip = try Self.known(SimulationOptions.Gossip(rawValue: value), value)
            case "--slice":
                options.sliceBytes = try Self.known(ByteCount(parsing: value).map { Int($0.bytes) }, value)
            default: throw Malformed(description: "there is no option \(words[place])")
            }
        }
        return options
    }

    private static func known<Value>(_ value: Value?, _ text: String) throws -> Value {
        guard let value else { throw Malformed(description: "\(text) is no value") }
        return value
    }

    /// Their own: better figures for the defaults change no story.
    private static let parameters = {
        var parameters = SimulationParameters()
        parameters.goodputShare = 0.95
        parameters.frameShare = 0.98
        parameters.orderSeconds = 0.05
        parameters.orderPerTargetSeconds = 0.002
        parameters.dialSeconds = 0.01
        parameters.manifestSeconds = 0.03
        parameters.relaySeconds = 0.001
        parameters.sliceSeconds = 0.0001
        parameters.finishSeconds = 0.05
        parameters.diskRate = 400e6
        parameters.startSeconds = 0.4
        parameters.unshapedRate = 250e6
        parameters.queueSeconds = 0.03
        return parameters
    }()

    private static func line(_ host: HostResult, _ flows: [Flow]) -> String {
        var line = "\(host.host) \(host.fate.rawValue)"
        if let finish = host.finish { line += " after \(seconds(finish))" }
        if let reason = host.reason { line += " (\(reason))" }
        let parts = flows.filter { $0.to == host.host }.map { "\($0.bytes) bytes from \($0.from)" }
        return parts.isEmpty ? line : "\(line): \(parts.joined(separator: ", "))"
    }

    private func bound(_ report: RunReport) -> String { report.bound.map(Self.seconds) ?? "none" }

    private func copies(_ report: RunReport) -> String {
        report.originCopies.map { String(format: "%.2f", $0) } ?? "no"
    }

    /// Rounded to milliseconds.
    private static func seconds(_ seconds: Double) -> String { String(format: "%.3f s", seconds) }
}
