import Basics
import FoundationEssentials
import StrictYAML

extension ClusterSpecReader {
    /// A file of a source, decoded.
    struct DecodedEntry {
        var path: String
        var content: [UInt8]
        var mode: UInt16
    }

    mutating func readFiles(_ value: YAMLValue, _ what: String, into image: inout ClusterImage) throws(SkeinError) {
        // Every path in use, and every directory that a path needs.
        var paths = Set(image.files.map(\.path))
        var directories = Set(image.files.flatMap { ClusterSpecReader.directories(above: $0.path) })
        for item in try value.list(what, limit: ClusterLimits.files) {
            for file in try readFile(item, what) {
                let above = ClusterSpecReader.directories(above: file.path)
                guard paths.insert(file.path).inserted else {
                    throw item.failure("the file \(file.path) is written twice")
                }
                if directories.contains(file.path) || above.contains(where: paths.contains) {
                    throw item.failure("\(file.path) would be a file and a directory")
                }
                directories.formUnion(above)
                image.files.append(file)
            }
        }
    }

    private mutating func readFile(_ item: YAMLValue, _ what: String) throws(SkeinError) -> [ClusterFile] {
        let mapping = try item.mapping("a file of \(what)")
        try mapping.allow(only: ["path", "content", "source", "mode", "owner", "group"])
        let pathValue = try mapping.require("path")
        let written = try pathValue.string("\(what).path")
        let isTree = written.hasSuffix("/")
        let path = isTree ? String(written.dropLast()) : written
        if let problem = ClusterNames.problem(inPath: path) {
            throw pathValue.failure("the path \"\(written.prefix(80))\" \(problem)")
        }
        var mode: UInt16?
        if let value = mapping["mode"] {
            mode = ClusterNames.mode(try value.string("\(what).mode"))
            guard mode != nil else { throw value.failure("\(what).mode must be octal, such as \"0644\"") }
        }
        let owner = try account(mapping["owner"], "\(what).owner") ?? "root"
        let group = try account(mapping["group"], "\(what).group") ?? owner
        let entries: [DecodedEntry]
        switch (mapping["content"], mapping["source"]) {
        case (let content?, nil):
            guard !isTree else { throw pathValue.failure("the path of a file may not end with /") }
            let text = content.isNull ? "" : try content.string("\(what).content", limit: ClusterLimits.fileBytes)
            entries = [DecodedEntry(path: "", content: Array(text.utf8), mode: 0o644)]
        case (nil, let source?):
            entries = try readSource(source, isTree: isTree)
        case (nil, nil):
            throw item.failure("the file \(written) has neither content nor source")
        case (_?, let source?):
            throw source.failure("the file \(written) has both content and source", next: "take one of them out")
        }
        for entry in entries {
            contentBytes += entry.content.count
            guard contentBytes <= ClusterLimits.contentBytes else {
                throw item.failure(
                    "the files of this cluster are larger than \(ByteCount(bytes: Int64(ClusterLimits.contentBytes)))",
                    next: "put large data into a package, or fetch it in a run step")
            }
        }
        return entries.map {
            ClusterFile(
                path: isTree ? "\(path)/\($0.path)" : path, content: $0.content, mode: mode ?? $0.mode, owner: owner,
                group: group)
        }
    }

    /// The entries behind a `source:`, sorted by path.
    private func readSource(_ value: YAMLValue, isTree: Bool) throws(SkeinError) -> [DecodedEntry] {
        let written = try value.string("source")
        guard isTree else { return [try plainSource(written, value)] }
        guard let source = sources[written] else { throw missing(written, value) }
        guard source.isTree else {
            throw value.failure("\(written) is a file and the path ends with /", next: "take the / off the path")
        }
        var entries: [DecodedEntry] = []
        for entry in source.entries {
            if let problem = ClusterNames.problem(inRelativePath: entry.path) {
                throw value.failure("the path \"\(entry.path.prefix(80))\" below \(written) \(problem)")
            }
            entries.append(try decode(entry, written, value))
        }
        guard !entries.isEmpty else { throw value.failure("\(written) holds no file") }
        return entries.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    }

    /// The one file behind a path.
    func plainSource(_ written: String, _ value: YAMLValue) throws(SkeinError) -> DecodedEntry {
        guard let source = sources[written] else { throw missing(written, value) }
        guard !source.isTree, source.entries.count == 1, let entry = source.entries.first else {
            throw value.failure("\(written) is a directory", next: "end the path with / to take in a whole tree")
        }
        return try decode(entry, written, value)
    }

    private func missing(_ written: String, _ value: YAMLValue) -> SkeinError {
        value.failure("the content of \(written) did not come with the request")
    }

    private func decode(
        _ entry: SourceFile.Entry, _ written: String, _ value: YAMLValue
    ) throws(SkeinError) -> DecodedEntry {
        // Four digits stand for three bytes; checked before memory is taken.
        guard entry.base64.utf8.count / 4 * 3 <= ClusterLimits.fileBytes + 2 else {
            let limit = ByteCount(bytes: Int64(ClusterLimits.fileBytes))
            throw value.failure("a file of \(written) is larger than \(limit)")
        }
        guard let data = Data(base64Encoded: entry.base64), entry.mode <= 0o7777 else {
            throw value.failure("the content of \(written) came damaged")
        }
        return DecodedEntry(path: entry.path, content: Array(data), mode: entry.mode)
    }

    private func account(_ value: YAMLValue?, _ what: String) throws(SkeinError) -> String? {
        guard let value else { return nil }
        let name = try value.string(what)
        if let problem = ClusterNames.problem(inUser: name) { throw value.failure("\(what) \"\(name)\" \(problem)") }
        return name
    }

    private static func directories(above path: String) -> [String] {
        var result: [String] = []
        var rest = Substring(path)
        while let slash = rest.lastIndex(of: "/"), slash != rest.startIndex {
            rest = rest[..<slash]
            result.append(String(rest))
        }
        return result
    }
}
