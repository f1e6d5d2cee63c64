import Basics
import StrictYAML

extension ClusterSpecReader {
    static let imageKeys = ["packages", "files", "users", "run"]

    mutating func readRoles(_ value: YAMLValue, shared: ReadImage) throws(SkeinError) -> [ClusterRole] {
        let mapping = try value.mapping("roles")
        let entries = mapping.keys
        guard !entries.isEmpty else {
            throw value.failure("roles is empty", next: "write roles: {compute: {count: 4}}")
        }
        guard entries.count <= ClusterLimits.roles else {
            throw value.failure("a cluster has at most \(ClusterLimits.roles) roles, not \(entries.count)")
        }
        var roles: [ClusterRole] = []
        var owners: [String: String] = [:]
        for (name, body) in entries {
            if let problem = ClusterNames.problem(inLabel: name) {
                throw mapping.place(of: name).failure("the name of role \"\(name.prefix(80))\" \(problem)")
            }
            let role = try readRole(name, body, shared: shared)
            for nodeName in role.nodeNames {
                if let other = owners.updateValue(name, forKey: nodeName) {
                    let users = other == name ? "role \(name)" : "the roles \(other) and \(name)"
                    throw mapping.place(of: name).failure("the node name \(nodeName) is used twice, by \(users)")
                }
            }
            roles.append(role)
            guard owners.count <= ClusterLimits.nodes else {
                throw mapping.place(of: name).failure("a cluster has at most \(ClusterLimits.nodes) nodes")
            }
        }
        return roles
    }

    private mutating func readRole(
        _ name: String, _ value: YAMLValue, shared: ReadImage
    ) throws(SkeinError) -> ClusterRole {
        let what = "roles.\(name)"
        let role = try value.mapping(what)
        try role.allow(only: ["count", "vcpus", "memory", "disk", "node_names"] + ClusterSpecReader.imageKeys)
        let count = try role.require("count").int("\(what).count", in: 1...ClusterLimits.nodes)
        let sizes = ClusterLimits.memoryBytes
        let memory = try role["memory"]?.byteCount(
            "\(what).memory", in: ByteCount(bytes: sizes.lowerBound)...ByteCount(bytes: sizes.upperBound))
        let disks = ClusterLimits.diskBytes
        let disk = try role["disk"]?.byteCount(
            "\(what).disk", in: ByteCount(bytes: disks.lowerBound)...ByteCount(bytes: disks.upperBound))
        let vcpus = try role["vcpus"]?.int("\(what).vcpus", in: ClusterLimits.vcpus)
        if let memory, !memory.bytes.isMultiple(of: 1 << 20), let place = role["memory"] {
            throw place.failure("\(what).memory must be a whole number of MiB")
        }
        let additions = try readImage(role, what: what, after: shared)
        return ClusterRole(
            name: name, count: count, vcpus: vcpus ?? 1, memory: memory ?? .mebibytes(512), disk: disk,
            nodeNames: try readNodeNames(role, name: name, count: count), image: additions.image,
            logins: additions.logins)
    }

    private func readNodeNames(_ role: YAMLMapping, name: String, count: Int) throws(SkeinError) -> [String] {
        guard let value = role["node_names"] else {
            let names = (0..<count).map { "\(name)-\($0)" }
            if let last = names.last, let problem = ClusterNames.problem(inLabel: last) {
                throw role.value.failure("the node name \(last) \(problem)", next: "shorten the name of the role")
            }
            return names
        }
        let pattern = try value.string("node_names", limit: 256)
        let names: [String]
        switch NodeNamePattern.expand(pattern) {
        case .success(let expanded): names = expanded
        case .failure(.brackets):
            throw value.failure("node_names has one range in brackets, such as n[001-190]")
        case .failure(.range):
            throw value.failure("the range in node_names must rise, as in n[001-190] or n[1-16]")
        case .failure(.tooMany):
            throw value.failure("node_names names more nodes than a cluster may have (\(ClusterLimits.nodes))")
        }
        guard names.count == count else {
            throw value.failure("node_names has \(names.count) names and count is \(count)")
        }
        for nodeName in names {
            if let problem = ClusterNames.problem(inLabel: nodeName) {
                throw value.failure("the node name \"\(nodeName.prefix(80))\" \(problem)")
            }
        }
        return names
    }
}
