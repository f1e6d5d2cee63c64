public import Basics
import Glibc

extension LabRun {
    /// Ends everything that runs in a lab and removes what it made; also after a crash.
    ///
    /// - Parameter name: the lab; nil for the only one there is.
    /// - Returns: the lab's name.
    @discardableResult
    public func down(name: String? = nil) async throws(SkeinError) -> String {
        let lab = try registry.resolve(name, doing: "removing a lab")
        let doing = "removing lab \(lab)"
        try Self.requireRoot(doing: doing)
        let claim = try registry.claim(lab, doing: doing)
        defer { claim.release() }
        guard let record = registry.read(lab) else {
            // A record that is there and cannot be read names things that only it knows.
            guard access(paths.record(of: lab), F_OK) != 0 else {
                throw SkeinError(
                    .corrupt, doing: doing, cause: "\(paths.record(of: lab)) is damaged",
                    next: "look at `ip netns`, delete what is left of the lab, then \(paths.state(of: lab))")
            }
            let left = await removeTree(paths.state(of: lab))
            guard left.isEmpty else { throw remains(left, doing: doing) }
            return lab
        }
        let left = await Task { await remove(record) }.value
        guard left.isEmpty else { throw remains(left, doing: doing) }
        return lab
    }

    /// Removes every lab of this machine; goes on after a failure and reports it at the end.
    @discardableResult
    public func downAll() async throws(SkeinError) -> [String] {
        try Self.requireRoot(doing: "removing all labs")
        var removed: [String] = []
        var failures: [String] = []
        for name in registry.names {
            do throws(SkeinError) {
                removed.append(try await down(name: name))
            } catch {
                failures.append("\(error.doing): \(error.cause)")
            }
        }
        guard failures.isEmpty else {
            throw SkeinError(
                .partial, doing: "removing all labs", cause: failures.joined(separator: "\n"), next: "repeat it")
        }
        return removed
    }

    private func remains(_ left: [String], doing: String) -> SkeinError {
        SkeinError(.partial, doing: doing, cause: "not removed: \(left.joined(separator: "; "))", next: "repeat it")
    }

    /// Takes away all that a record names, the record last. Returns what could not be removed.
    func remove(_ record: LabRecord) async -> [String] {
        let processes = LabProcesses(namespaces: record.namespaces, outside: record.outsideNamespace, id: record.id)
        let survivors = await processes.end()
        var left = survivors.isEmpty ? [] : ["processes \(survivors.map(String.init).joined(separator: " "))"]
        left += await Emulation.lower(namespaces: record.namespaces + [record.outsideNamespace])
        let data = paths.data(of: record.name)
        left += await Mounts.release(under: data)
        guard left.isEmpty else { return left }
        for tree in [data, paths.copies(of: record.name), paths.images(of: record.name)] {
            left += await removeTree(tree)
        }
        guard left.isEmpty else { return left }
        return await removeTree(paths.state(of: record.name))
    }

    /// Deletes a directory without crossing into what is mounted in it.
    private func removeTree(_ path: String) async -> [String] {
        guard access(path, F_OK) == 0 else { return [] }
        do throws(SkeinError) {
            try await Tool.require("rm", ["-rf", "--one-file-system", "--", path], doing: "deleting \(path)")
            return []
        } catch {
            return [error.description]
        }
    }
}
