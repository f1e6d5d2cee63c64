import Basics
import Glibc

/// Puts the images of a topology where a run begins: made, imported at their sources, older versions everywhere.
struct ImagePreparation: Sendable {
    let lab: LabRun
    let control: any LabControl
    let topology: Topology
    let record: LabRecord
    let options: ExperimentOptions
    let progress: @Sendable (ExperimentProgress) -> Void

    func prepare() async throws -> [RunImage] {
        let directory = lab.paths.images(of: record.name)
        try Files.makeDirectory(directory, mode: 0o700, doing: "making images")
        var prepared: [RunImage] = []
        for (number, image) in topology.images.enumerated() {
            try Task.checkCancellation()
            prepared.append(try await prepare(image, number: number, directory: directory))
        }
        return prepared
    }

    private func prepare(_ image: TopologyImage, number: Int, directory: String) async throws -> RunImage {
        let seed = Self.seed(number, options)
        let file: String
        switch image.content {
        case .file(let path): file = path
        case .generated(let size, let zero, let compressible):
            file = "\(directory)/\(image.name).raw"
            progress(.step("making image \(image.name)"))
            try await Task.detached { [file] in
                try ExperimentImage.make(size: size, zero: zero, compressible: compressible, seed: seed, at: file)
            }.value
        }
        if let changed = image.changedSincePrevious {
            progress(.step("installing the version before of \(image.name) everywhere"))
            let before = "\(directory)/\(image.name).before.raw"
            try await Task.detached {
                try ExperimentImage.makePrevious(of: file, changed: changed, seed: seed, at: before)
            }.value
            let late = Set(topology.joins.map(\.host))
            try await install(
                try await publish(before, image), from: image.sources[0],
                at: topology.hosts.indices.filter { !image.sources.contains($0) && !late.contains($0) })
        }
        progress(.step("importing image \(image.name) at \(topology.hosts[image.sources[0]].name)"))
        let label = try await publish(file, image)
        try await install(label, from: image.sources[0], at: Array(image.sources.dropFirst()))
        return RunImage(
            name: image.name, file: file, label: label, sources: image.sources,
            lackingBytes: Int64(Double(label.storedBytes) * (image.changedSincePrevious ?? 1)))
    }

    /// What decides the bytes of an image, by its place in the topology's.
    static func seed(_ number: Int, _ options: ExperimentOptions) -> UInt64 {
        options.seed &* 1000 &+ UInt64(number) &+ 1
    }

    private func publish(_ file: String, _ image: TopologyImage) async throws -> LabImage {
        try await control.importImage(
            socket: record.hosts[image.sources[0]].socket, path: Self.absolute(file), name: image.name)
    }

    private func install(_ image: LabImage, from source: Int, at hosts: [Int]) async throws {
        guard !hosts.isEmpty else { return }
        try await control.push(
            socket: record.hosts[source].socket, image: image.image, hosts: hosts.map { record.hosts[$0].name })
    }

    static func absolute(_ path: String) -> String {
        if path.hasPrefix("/") { return path }
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
