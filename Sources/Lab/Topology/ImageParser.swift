import Basics
import StrictYAML

/// Reads what a file says about images.
struct ImageParser {
    let directory: HostDirectory
    let sources: [Int]

    func images(_ file: YAMLMapping) throws(SkeinError) -> [TopologyImage] {
        // Beside the image's own key, `previous` may stand in the file and is then meant for all images.
        let previous = try file["previous"].map { value throws(SkeinError) in try changed(value) }
        if let list = file["images"] {
            guard file["image"] == nil else {
                throw file.place(of: "images").failure("image and images are given", next: "keep one of them")
            }
            var images: [TopologyImage] = []
            for item in try list.list("images", limit: LabLimits.images) {
                let image = try image(item, defaultName: nil, previous: previous)
                guard !images.contains(where: { $0.name == image.name }) else {
                    throw item.failure("two images have the name \(image.name)")
                }
                images.append(image)
            }
            guard !images.isEmpty else { throw list.failure("images is empty") }
            return images
        }
        guard let value = file["image"] else { return [] }
        return [try image(value, defaultName: "image", previous: previous)]
    }

    private func image(
        _ value: YAMLValue, defaultName: String?, previous: Double?
    ) throws(SkeinError) -> TopologyImage {
        let map = try value.mapping("image")
        try map.allow(only: ["name", "size", "zero", "compressible", "path", "previous", "source"])
        let name: String
        if let given = map["name"] {
            name = try TopologyParser.name(given, "the name of an image")
        } else if let defaultName {
            name = defaultName
        } else {
            throw value.failure("\"name\" is missing in an image", next: "add name: …")
        }
        let own = try map["previous"].map { value throws(SkeinError) in try changed(value) }
        let holders = try map["source"].map { value throws(SkeinError) in try directory.hostList(value, "source") }
        return TopologyImage(
            name: name, content: try content(map), changedSincePrevious: own ?? previous, sources: holders ?? sources)
    }

    private func content(_ map: YAMLMapping) throws(SkeinError) -> TopologyImage.Content {
        if let path = map["path"] {
            for key in ["size", "zero", "compressible"] where map[key] != nil {
                throw map.place(of: key).failure("\(key) makes no sense beside path")
            }
            return .file(path: try path.string("path"))
        }
        let largest = ByteCount(bytes: FormatLimits.partBytes)
        let size = try map.require("size").byteCount("size", in: ByteCount(bytes: 1)...largest)
        let zero = try map["zero"]?.percent("zero") ?? 0
        let compressible = try map["compressible"]?.percent("compressible") ?? 0
        guard zero + compressible <= 1 else {
            throw map.value.failure("zero and compressible together are more than 100%")
        }
        return .generated(size: size, zero: zero, compressible: compressible)
    }

    private func changed(_ value: YAMLValue) throws(SkeinError) -> Double {
        let map = try value.mapping("previous")
        try map.allow(only: ["changed"])
        return try map.require("changed").percent("changed")
    }
}
