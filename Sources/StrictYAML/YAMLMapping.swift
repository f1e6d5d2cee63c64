public import Basics

/// A mapping whose keys are words, in the order of the file.
public struct YAMLMapping: Sendable {
    /// The mapping itself, with its place.
    public let value: YAMLValue
    /// What the mapping is, for messages: "a cluster file", "roles.compute".
    public let what: String
    let entries: [YAMLEntry]

    public var keys: [(name: String, value: YAMLValue)] { entries.map { (name: $0.name, value: $0.value) } }

    /// The value of a key that has to be there.
    public func require(_ key: String) throws(SkeinError) -> YAMLValue {
        guard let found = self[key] else {
            throw value.failure("\"\(key)\" is missing in \(what)", next: "add \(key): …")
        }
        return found
    }

    /// The value of a key, or nil.
    public subscript(_ key: String) -> YAMLValue? { entries.first { $0.name == key }?.value }

    /// The place of a key, for errors about the key and not its value.
    public func place(of key: String) -> YAMLValue { entries.first { $0.name == key }?.key ?? value }

    /// Fails at the first key that is not one of these, with the one that was probably meant.
    public func allow(only allowed: [String]) throws(SkeinError) {
        for entry in entries where !allowed.contains(entry.name) {
            // Keys that are there already are no likely intent.
            let free = allowed.filter { self[$0] == nil }
            let hint = Spelling.nearest(to: entry.name, among: free).map { "did you mean \"\($0)\"?" }
            throw entry.key.failure(
                "unknown key \"\(YAMLValue.excerpt(entry.name))\" in \(what)",
                next: hint ?? "possible here: \(allowed.joined(separator: ", "))")
        }
    }
}
