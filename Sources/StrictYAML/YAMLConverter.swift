import Basics
import Yams

/// Turns the parser's tree into ours, within the limits of depth and of expanded values.
struct YAMLConverter {
    let file: String
    /// Values that may still be made; aliases share memory in the parser's tree and not in ours.
    var valuesLeft: Int

    /// - Parameter near: where the value is when it has no place of its own.
    mutating func value(of node: Node, near: YAMLValue, depth: Int) throws(SkeinError) -> YAMLValue {
        let place = YAMLValue(
            file: file, line: node.mark?.line ?? near.line, column: node.mark?.column ?? near.column,
            content: .scalar("", isPlain: true))
        guard depth <= YAMLLimits.depth else {
            throw place.failure(
                "lists and mappings are nested too deep; at most \(YAMLLimits.depth) levels are possible")
        }
        valuesLeft -= 1
        guard valuesLeft >= 0 else {
            throw place.failure(
                "the aliases of the file expand to more than the file itself holds", next: "write the parts out")
        }
        let content: YAMLValue.Content
        switch node {
        case .scalar(let scalar):
            try refuseTag(scalar.tag, allowed: [.implicit, .str], place)
            content = .scalar(scalar.string, isPlain: scalar.style == .plain)
            if case .scalar("", isPlain: true) = content { return near.emptied }
        case .sequence(let sequence):
            try refuseTag(sequence.tag, allowed: [.implicit, .seq], place)
            var items: [YAMLValue] = []
            for item in sequence { items.append(try value(of: item, near: place, depth: depth + 1)) }
            content = .list(items)
        case .mapping(let mapping):
            try refuseTag(mapping.tag, allowed: [.implicit, .map], place)
            content = .mapping(try entries(of: mapping, place: place, depth: depth))
        case .alias:
            throw place.failure("an alias that stands for nothing")
        }
        return YAMLValue(file: file, line: place.line, column: place.column, content: content)
    }

    private mutating func entries(
        of mapping: Node.Mapping, place: YAMLValue, depth: Int
    ) throws(SkeinError) -> [YAMLEntry] {
        var entries: [YAMLEntry] = []
        var lines: [String: Int] = [:]
        for (keyNode, valueNode) in mapping {
            let key = try value(of: keyNode, near: place, depth: depth + 1)
            guard case .scalar(let name, let isPlain) = key.content else {
                throw key.failure("a key must be a word, not \(key.kind)")
            }
            guard !name.isEmpty else { throw key.failure("a key is empty") }
            guard !(isPlain && name == "<<") else {
                throw key.failure("merge keys (<<) are not supported", next: "write the keys out")
            }
            if let first = lines.updateValue(key.line, forKey: name) {
                throw key.failure(
                    "the key \"\(YAMLValue.excerpt(name))\" is given more than once (first in line \(first))",
                    next: "keep one of them")
            }
            let value = try value(of: valueNode, near: key, depth: depth + 1)
            entries.append(YAMLEntry(name: name, key: key, value: value))
        }
        return entries
    }

    private func refuseTag(_ tag: Tag, allowed: [Tag.Name], _ place: YAMLValue) throws(SkeinError) {
        guard !allowed.contains(where: { $0.rawValue == tag.rawValue }) else { return }
        throw place.failure("tags such as \(YAMLValue.excerpt(tag.rawValue)) are not supported")
    }
}

extension YAMLValue {
    /// Nothing, at the same place: an absent value is where its key is.
    var emptied: YAMLValue {
        YAMLValue(file: file, line: line, column: column, content: .scalar("", isPlain: true))
    }
}
