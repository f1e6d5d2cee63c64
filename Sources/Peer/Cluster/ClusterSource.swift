public import Basics
public import StrictYAML

/// A path of the client's machine that a cluster file names: the client reads it, the peer never opens it.
public struct ClusterSource: Sendable {
    /// As written in the file: absolute, relative to the file, or after `~/`.
    public var path: String
    /// True where a whole tree may stand.
    public var mayBeTree: Bool
    /// The place in the file, for errors.
    public var place: YAMLValue
}

extension ClusterSpec {
    /// The paths whose content ``parse(_:file:sources:)`` needs, each once, in the order of the file.
    public static func sources(in text: String, file: String) throws(SkeinError) -> [ClusterSource] {
        let root = try YAMLValue.parse(text, file: file).mapping("a cluster file")
        var sources: [ClusterSource] = []
        if let image = root["image"] { try collect(try image.mapping("image"), into: &sources) }
        if let roles = root["roles"] {
            for (name, role) in try roles.mapping("roles").keys {
                try collect(try role.mapping("roles.\(name)"), into: &sources)
            }
        }
        return sources
    }

    private static func collect(_ mapping: YAMLMapping, into sources: inout [ClusterSource]) throws(SkeinError) {
        func add(_ value: YAMLValue, _ what: String, mayBeTree: Bool) throws(SkeinError) {
            let path = try value.string(what, limit: ClusterLimits.publicKeyBytes)
            guard mayBeTree || !ClusterNames.isInlineKey(path) else { return }
            guard !path.isEmpty, !path.utf8.contains(0) else { throw value.failure("\(what) is not a path") }
            if let index = sources.firstIndex(where: { $0.path == path }) {
                sources[index].mayBeTree = sources[index].mayBeTree || mayBeTree
            } else {
                sources.append(ClusterSource(path: path, mayBeTree: mayBeTree, place: value))
            }
        }
        if let files = mapping["files"] {
            for file in try files.list("files", limit: ClusterLimits.files) {
                if let source = try file.mapping("a file")["source"] {
                    try add(source, "source", mayBeTree: true)
                }
            }
        }
        if let users = mapping["users"] {
            for user in try users.list("users", limit: ClusterLimits.users) {
                guard let keys = try user.mapping("a user")["ssh_keys"] else { continue }
                for key in try keys.list("ssh_keys", limit: ClusterLimits.keysPerUser) {
                    try add(key, "ssh_keys", mayBeTree: false)
                }
            }
        }
    }
}
