import Testing

/// What reads bytes or words of strangers is fuzzed, and docs/FUZZING.md says by which target.
@Suite struct FuzzTableTests {
    /// How readers are written here.
    private static let readers = [
        "init(decoding", "init(from reader: inout", "init?(parsing", "init?(line", "static func decode(_ bytes",
        "static func parse(_ text", "static func parse(",
    ]

    /// What reads only what the machine itself says.
    private static let exempt: Set<String> = ["EndedChild"]

    /// The types of a file that have a reader: of those that were begun before it, the last one that is indented less.
    private func types(in file: SourceFilePath) throws -> Set<String> {
        let kinds: Set<Substring> = ["struct", "class", "enum", "actor", "extension"]
        var open: [(indent: Int, name: String)] = []
        var found: Set<String> = []
        for line in try file.lines() {
            let indent = line.prefix { $0 == " " }.count
            if line.dropFirst(indent).hasPrefix("//") { continue }
            let words = line.split { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == ".") }
            if let place = words.firstIndex(where: kinds.contains), place + 1 < words.count {
                open.removeAll { $0.indent >= indent }
                open.append((indent, String(words[place + 1].split(separator: ".").last ?? "")))
            }
            guard FuzzTableTests.readers.contains(where: { line.contains($0) }) else { continue }
            if let type = open.last(where: { $0.indent < indent }) { found.insert(type.name) }
        }
        return found
    }

    /// The rows of the table: a target, and the words in backticks of what it reads.
    private func table() throws -> [(target: String, readers: [String])] {
        try SourceFilePath(path: "docs/FUZZING.md").lines().compactMap { line in
            let cells = line.split(separator: "|").map { $0.split(separator: "`", omittingEmptySubsequences: false) }
            guard cells.count >= 2, cells[0].count == 3, cells[1].count >= 3 else { return nil }
            return (String(cells[0][1]), stride(from: 1, to: cells[1].count, by: 2).map { String(cells[1][$0]) })
        }
    }

    @Test("every type that decodes has a fuzz target")
    func everyDecoderHasATarget() throws {
        let covered = Set(try table().flatMap(\.readers))
        #expect(covered.count > 30)
        var count = 0
        for file in try SourceTree.swiftFiles(below: "Sources") {
            for type in try types(in: file).subtracting(FuzzTableTests.exempt) {
                count += 1
                let isCovered = covered.contains(type)
                #expect(isCovered, "\(file): \(type) is in no row of docs/FUZZING.md")
            }
        }
        #expect(count > 40, "the readers of \(count) types were found")
    }

    @Test("every row is a target with a corpus, and every corpus has a row")
    func everyTargetHasARow() throws {
        let corpora = Set(try SourceTree.directories(in: "Tests/Fuzz/Corpus"))
        #expect(Set(try table().map(\.target)) == corpora)
    }
}
