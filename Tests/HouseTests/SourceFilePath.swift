import Foundation

/// A file of the repository, by its path from the root.
struct SourceFilePath: Hashable, CustomStringConvertible {
    var path: String

    var description: String { path }
    var name: String { String(path.split(separator: "/").last ?? "") }
    /// `Gossip` for `Sources/Gossip/View.swift`.
    var module: String {
        let parts = path.split(separator: "/")
        return parts.count > 2 ? String(parts[1]) : ""
    }

    func text() throws -> String {
        let data = try Data(contentsOf: SourceTree.root.appendingPathComponent(path))
        return String(decoding: data, as: UTF8.self)
    }

    func lines() throws -> [Substring] {
        try text().split(separator: "\n", omittingEmptySubsequences: false)
    }

    /// The modules that the import lines of a Swift file name.
    func imports() throws -> Set<String> {
        let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias", "actor"]
        let access: Set<Substring> = ["public", "package", "internal", "fileprivate", "private"]
        let attributes: Set<Substring> = ["@_exported", "@preconcurrency", "@_implementationOnly"]
        var result: Set<String> = []
        // What stands in a text of several lines, such as a script in another language, is no line of Swift.
        var isInText = false
        for line in try lines() {
            let marks = line.components(separatedBy: "\"\"\"").count - 1
            defer { if !marks.isMultiple(of: 2) { isInText.toggle() } }
            guard !isInText else { continue }
            var words = line.split(separator: " ")
            while let first = words.first, attributes.contains(first) || access.contains(first) { words.removeFirst() }
            guard words.first == "import", words.count >= 2 else { continue }
            words.removeFirst()
            if kinds.contains(words[0]), words.count >= 2 { words.removeFirst() }
            result.insert(String(words[0].prefix { $0 != "." }))
        }
        return result
    }
}
