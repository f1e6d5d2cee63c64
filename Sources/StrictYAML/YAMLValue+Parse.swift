public import Basics
import Glibc
import Yams

extension YAMLValue {
    /// Parses one YAML document.
    ///
    /// Syntax errors, duplicate keys, tags, keys that are not words, nesting beyond ``YAMLLimits/depth`` and aliases
    /// that expand to more than the file holds are `.usage` errors that name the line.
    public static func parse(
        _ text: String, file: String, limit: ByteCount = .mebibytes(8)
    ) throws(SkeinError) -> YAMLValue {
        guard text.utf8.count <= limit.bytes else {
            throw SkeinError(
                .usage, doing: file,
                cause: "the file has \(ByteCount(bytes: Int64(text.utf8.count))); the limit is \(limit)")
        }
        let whole = YAMLValue(file: file, line: 1, column: 1, content: .scalar("", isPlain: true))
        guard !AliasGuard.isSuspicious(text) else {
            throw whole.failure(
                "the file uses aliases (*name) together with keys that are not plain words",
                next: "write the repeated parts out, or leave the aliases away")
        }
        let root: Node?
        do {
            root = try Parser(yaml: text, resolver: .basic, encoding: .utf8).singleRoot()
        } catch let error as YamlError {
            throw whole.syntaxError(error, in: text)
        } catch {
            throw whole.failure("\(error)")
        }
        guard let root else { throw whole.failure("the file is empty") }
        var converter = YAMLConverter(file: file, valuesLeft: text.utf8.count + YAMLLimits.spareValues)
        return try converter.value(of: root, near: whole, depth: 0)
    }

    /// Reads and parses a file of UTF-8 text.
    ///
    /// - Parameters:
    ///   - kind: what the file is, for the error about one that cannot be read.
    ///   - next: what to do about that.
    public static func load(
        path: String, limit: ByteCount = .mebibytes(8), kind: String? = nil, next: String = ""
    ) throws(SkeinError) -> YAMLValue {
        let doing = "reading \(kind.map { "\($0) " } ?? "")\(path)"
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            let code: SkeinError.Code = errno == ENOENT ? .notFound : errno == EACCES ? .permission : .usage
            throw SkeinError(code, doing: doing, cause: String(cString: strerror(errno)), next: next)
        }
        defer { _ = close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while bytes.count <= limit.bytes {
            let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            if count == 0 { break }
            guard count > 0 else {
                if errno == EINTR { continue }
                throw SkeinError(.usage, doing: doing, cause: String(cString: strerror(errno)), next: next)
            }
            bytes.append(contentsOf: buffer[..<count])
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw SkeinError(.usage, doing: doing, cause: "the file is not UTF-8 text", next: next)
        }
        return try parse(text, file: path, limit: limit)
    }

    /// The line in which a key stands for the second time in the block mapping that begins at a place; nil when it is
    /// not written there as it is read (in a flow mapping, or with escapes).
    private static func lineOfSecond(_ key: String, in text: String, line: Int, column: Int) -> Int? {
        let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
        var isFirst = true
        for number in lines.indices.dropFirst(max(0, line - 1)) {
            let words = lines[number].dropFirst(max(0, column - 1))
            let isOutside = lines[number].prefix { $0 == " " }.count < column - 1 && number > line - 1
            if isOutside, !lines[number].allSatisfy(\.isWhitespace), lines[number].first != "#" { return nil }
            guard ["\(key):", "\"\(key)\":", "'\(key)':"].contains(where: { words.hasPrefix($0) }) else { continue }
            if !isFirst { return number + 1 }
            isFirst = false
        }
        return nil
    }

    private func syntaxError(_ error: YamlError, in text: String) -> SkeinError {
        func at(_ line: Int, _ column: Int, _ cause: String, next: String = "") -> SkeinError {
            YAMLValue(file: file, line: line, column: column, content: content).failure(cause, next: next)
        }
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            let begun = context.map { " (\($0.text) of line \($0.mark.line))" } ?? ""
            let hasTab = text.utf8.contains(UInt8(ascii: "\t"))
            return at(
                mark.line, mark.column, problem + begun,
                next: hasTab ? "YAML is indented by spaces; the file has tabs" : "")
        case .reader(let problem, let offset, _, _):
            let before = text.prefix(offset ?? 0)
            return at(before.count { $0.isNewline } + 1, 1, problem)
        case .duplicatedKeysInMapping(let duplicates, let context):
            let key = YAMLValue.excerpt(duplicates.min() ?? "")
            let mark = context.mark
            let line = YAMLValue.lineOfSecond(duplicates.min() ?? "", in: text, line: mark.line, column: mark.column)
            return at(
                line ?? mark.line, mark.column, "the key \"\(key)\" is given more than once", next: "keep one of them")
        case .memory:
            return failure("lists and mappings are nested too deep; at most \(YAMLLimits.depth) levels are possible")
        case .no, .writer, .emitter, .representer, .dataCouldNotBeDecoded:
            return failure("\(error)")
        }
    }
}
