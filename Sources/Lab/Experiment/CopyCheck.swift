import Basics

/// Compares every assembled copy with what was to be distributed, by SHA-256 of all bytes.
struct CopyCheck: Sendable {
    /// The digests of one host's copies.
    struct Copies: Sendable {
        /// In the order of the images, in hexadecimal; empty where there is no copy.
        var digests: [String]
        var isIdentical: Bool
    }

    let images: [RunImage]
    /// Where a host has its copy of an image.
    let place: @Sendable (_ host: Int, _ image: RunImage) -> String

    /// Files that one program reads; two of them run at the same time.
    private static let filesPerCall = 16

    func run(hosts: [Int]) async throws -> [Int: Copies] {
        let originals = try await digests(images.map(\.file))
        let files = hosts.flatMap { host in images.map { place(host, $0) } }
        let found = try await digests(files)
        var copies: [Int: Copies] = [:]
        for host in hosts {
            let own = images.map { found[place(host, $0)] ?? "" }
            let isIdentical = zip(own, images).allSatisfy { digest, image in
                image.sources.contains(host) || (!digest.isEmpty && digest == originals[image.file])
            }
            copies[host] = Copies(digests: own, isIdentical: isIdentical)
        }
        return copies
    }

    /// Where a peer has its copy.
    static func path(_ lab: LabRun, _ record: LabRecord, _ host: Int, _ image: RunImage) -> String {
        "\(lab.paths.data(of: record.name))/\(record.hosts[host].name)/store/assembled/\(image.label.image)/disk.raw"
    }

    /// SHA-256 by path, of those files that are there.
    private func digests(_ files: [String]) async throws -> [String: String] {
        try await withThrowingTaskGroup(of: [(String, String)].self) { group in
            var all: [String: String] = [:]
            var next = 0
            var running = 0
            while next < files.count || running > 0 {
                if next < files.count, running < 2 {
                    let some = Array(files[next..<min(files.count, next + Self.filesPerCall)])
                    next += some.count
                    running += 1
                    group.addTask {
                        let answer = try await Tool.run(
                            "sha256sum", ["-b", "--"] + some, doing: "checking copies", timeout: .seconds(600))
                        return answer.output.split(separator: "\n").compactMap { line in
                            let parts = line.split(separator: " ", maxSplits: 1)
                            guard parts.count == 2, parts[1].first == "*" else { return nil }
                            return (String(parts[1].dropFirst()), String(parts[0]))
                        }
                    }
                } else if let some = try await group.next() {
                    running -= 1
                    for (path, digest) in some { all[path] = digest }
                }
            }
            return all
        }
    }
}
