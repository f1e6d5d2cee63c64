import Basics
import Glibc

/// Puts the images of a topology where a tool's run begins: the same bytes as skein's, as files in one directory.
struct ToolImages: Sendable {
    let lab: LabRun
    let record: LabRecord
    let topology: Topology
    let options: ExperimentOptions

    func setting() async throws -> ToolSetting {
        let directory = lab.paths.images(of: record.name)
        let shared = "\(lab.paths.data(of: record.name))/.shared"
        try Files.makeDirectory(directory, mode: 0o700, doing: "making images")
        try Files.makeDirectory(shared, mode: 0o755, doing: "making images")
        var images: [ToolSetting.Image] = []
        for (number, image) in topology.images.enumerated() {
            try Task.checkCancellation()
            let file = "\(directory)/\(image.name).raw"
            switch image.content {
            case .file(let path):
                guard symlink(ImagePreparation.absolute(path), file) == 0 else {
                    throw Files.failure(file, doing: "making images")
                }
            case .generated(let size, let zero, let compressible):
                let seed = ImagePreparation.seed(number, options)
                try await Task.detached {
                    try ExperimentImage.make(size: size, zero: zero, compressible: compressible, seed: seed, at: file)
                }.value
            }
            images.append(
                ToolSetting.Image(
                    number: number, name: image.name, file: file, bytes: Experiment.size(of: file),
                    sources: image.sources))
        }
        let data = lab.paths.data(of: record.name)
        let hosts = record.hosts.map {
            ToolSetting.Host(name: $0.name, address: $0.address, directory: "\(data)/\($0.name)")
        }
        return ToolSetting(
            topology: topology, hosts: hosts, images: images, imageDirectory: directory, directory: shared)
    }
}
