import Foundation

/// The files of the repository that these tests stand in.
enum SourceTree {
    /// The directory that holds Package.swift's `Sources` and `Tests`.
    static let root: URL = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Regular files below a directory of the repository, hidden and built ones left out, sorted.
    static func files(below directory: String) throws -> [SourceFilePath] {
        let base = root.appendingPathComponent(directory, isDirectory: true).path
        guard let walk = FileManager.default.enumerator(atPath: base) else { return [] }
        var result: [SourceFilePath] = []
        for case let path as String in walk {
            let isHidden = path.split(separator: "/").contains { $0.hasPrefix(".") && $0 != ".ci" }
            guard !isHidden, walk.fileAttributes?[.type] as? FileAttributeType == .typeRegular else { continue }
            result.append(SourceFilePath(path: directory.isEmpty ? path : "\(directory)/\(path)"))
        }
        return result.sorted { $0.path < $1.path }
    }

    static func swiftFiles(below directory: String) throws -> [SourceFilePath] {
        try files(below: directory).filter { $0.path.hasSuffix(".swift") }
    }

    /// The names of the directories right below another.
    static func directories(in directory: String) throws -> [String] {
        let url = root.appendingPathComponent(directory)
        return try FileManager.default.contentsOfDirectory(atPath: url.path).filter {
            var isDirectory: ObjCBool = false
            let path = url.appendingPathComponent($0).path
            return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory.boolValue
        }.sorted()
    }
}
