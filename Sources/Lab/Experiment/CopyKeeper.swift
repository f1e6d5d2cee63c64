import Basics
import FoundationEssentials

/// Leaves every copy of a run, the images and the wall times in a directory, so that anybody can check the report.
struct CopyKeeper: Sendable {
    let directory: String
    let lab: LabRun
    let record: LabRecord
    let images: [RunImage]

    private struct Times: Codable {
        /// Seconds since 1970: the install was asked for, and the last host was done.
        var start: Double
        var end: Double
        /// By the name of the host.
        var finished: [String: Double]
    }

    func keep(_ outcome: DeliveryOutcome) async throws {
        let doing = "keeping copies in \(directory)"
        try Files.makeDirectory(directory, doing: doing)
        for image in images { try await copy(image.file, to: "\(directory)/\(image.name).raw", doing: doing) }
        var finished: [String: Double] = [:]
        for host in outcome.watch.survivors {
            let name = record.hosts[host].name
            finished[name] = outcome.watch.finished[host]
            try Files.makeDirectory("\(directory)/\(name)", doing: doing)
            for image in images where !image.sources.contains(host) {
                let file = CopyCheck.path(lab, record, host, image)
                guard Files.exists(file) else { continue }
                try await copy(file, to: "\(directory)/\(name)/\(image.name).raw", doing: doing)
            }
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        let times = try encoder.encode(Times(start: outcome.start, end: outcome.end, finished: finished))
        try Files.write(
            String(decoding: times, as: UTF8.self) + "\n", to: "\(directory)/times.json", mode: 0o644, doing: doing)
    }

    private func copy(_ file: String, to target: String, doing: String) async throws {
        try await Tool.require(
            "cp", ["--sparse=auto", "--reflink=auto", "--", file, target], doing: doing, timeout: .seconds(600))
    }
}
