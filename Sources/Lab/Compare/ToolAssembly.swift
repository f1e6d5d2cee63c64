import Basics

/// Turns what was observed of a tool's run into a report beside skein's.
struct ToolAssembly: Sendable {
    let tool: ToolName
    /// The file as it is, late hosts included.
    let original: Topology
    let setting: ToolSetting
    let record: LabRecord
    let images: [RunImage]
    let reference: RunReport
    let outcome: DeliveryOutcome
    let copies: [Int: CopyCheck.Copies]

    /// The images as a run knows them. What a bound asks for is what skein stores of them, so that there is one bound
    /// for all; what a tool has to move is every byte.
    static func images(_ setting: ToolSetting, reference: RunReport) -> [RunImage] {
        let all = setting.images.reduce(0) { $0 + $1.bytes }
        return setting.images.map { image in
            let stored = all > 0 ? Double(reference.storedBytes) * Double(image.bytes) / Double(all) : 0
            return RunImage(
                name: image.name, file: image.file,
                label: LabImage(image: "", storedBytes: Int64(stored.rounded()), diskBytes: image.bytes),
                sources: image.sources, lackingBytes: image.bytes)
        }
    }

    /// - Parameter reasons: why a host has no copy, as far as the tool says.
    func report(reasons: (Int) -> String?) -> RunReport {
        let relay = reference.goodputShare.map { RelayMeasurement(bytesPerSecond: 0, share: $0) }
        var report = RunAssembly(
            topology: setting.topology, record: record, images: images, relay: relay, outcome: outcome,
            copies: copies
        ).report()
        report.tool = tool.rawValue
        report.seed = reference.seed
        if original.joins.isEmpty {
            // Also where nothing is shaped, and the bound comes from the relay alone.
            report.bound = reference.bound
            report.nominalBound = reference.nominalBound
            for (place, host) in reference.hostsDetail.enumerated() where place < report.hostsDetail.count {
                report.hostsDetail[place].bound = host.bound
            }
            report.ratio = report.hostsDetail.compactMap(\.ratio).max()
        }
        for host in report.hostsDetail.indices {
            report.hostsDetail[host].receivedBytes = payload(outcome.links[host].down)
            guard report.hostsDetail[host].fate == .unfinished, copies[host]?.isIdentical != false,
                let reason = reasons(host)
            else { continue }
            report.hostsDetail[host].reason = reason
        }
        let sources = Set(images.flatMap(\.sources))
        let left = sources.reduce(Int64(0)) { $0 + payload(outcome.links[$1].up) }
        let stored = images.reduce(0) { $0 + $1.label.storedBytes }
        // What came over a site's link is not told by host.
        report.siteCrossings = nil
        report.originCopies = stored > 0 ? Double(left) / Double(stored) : nil
        report.warnings += differences
        return report
    }

    /// Bytes of images among the bytes of a link.
    private func payload(_ bytes: Int64) -> Int64 { Int64(Double(bytes) * RunWatch.payloadShare) }

    /// What skein did and this tool cannot.
    private var differences: [String] {
        var differences: [String] = []
        if !original.joins.isEmpty {
            differences.append("hosts that join late are there from the start, and their bounds are too")
        }
        if original.images.contains(where: { $0.changedSincePrevious != nil }) {
            differences.append("it moves the whole image, although the hosts hold the version before")
        }
        return differences
    }
}
