import Basics
import Glibc

/// The processes of a lab: those in one of its namespaces, and those with its id in their environment.
///
/// The first are found even when a peer cleaned the environment of its children (virtual machines); the second even
/// when they left the namespace (builds that need package archives).
struct LabProcesses: Sendable {
    /// The variable that every process of a lab gets.
    static let variable = "SKEIN_LAB"

    /// What tells one namespace from another.
    private struct Identity: Hashable {
        let device: UInt64
        let inode: UInt64

        init?(_ path: String) {
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            device = UInt64(status.st_dev)
            inode = UInt64(status.st_ino)
        }
    }

    private let namespaces: Set<Identity>
    private let mark: [UInt8]

    init(namespaces: [String], outside: String, id: String) {
        var found = Set(namespaces.compactMap { Identity(NetworkPlan.path(ofNamespace: $0)) })
        // Whatever a record says, these are never a lab's own.
        for path in [NetworkPlan.path(ofNamespace: outside), "/proc/1/ns/net"] {
            if let foreign = Identity(path) { found.remove(foreign) }
        }
        self.namespaces = found
        mark = Array("\(Self.variable)=\(id)".utf8)
    }

    /// All that run now, without this process and its ancestors.
    func running() -> [Int32] {
        let spared = Self.ancestors()
        return Files.names(in: "/proc").compactMap { Int32($0) }.filter { process in
            !spared.contains(process) && (isInNamespace(process) || isMarked(process))
        }
    }

    /// Ends all of them: first asks, then kills after a grace. Returns those that are still there.
    func end(grace: Duration = .seconds(5)) async -> [Int32] {
        var known: Set<Int32> = []
        let left = await end(grace: grace, &known)
        // A process that ends leaves its namespace before it is a zombie, so it is not found any more when its status
        // can be taken. Only those that this process started are its to take.
        let deadline = ContinuousClock.now + .seconds(2)
        known.subtract(left)
        while ContinuousClock.now < deadline {
            known = known.filter { waitpid($0, nil, WNOHANG) == 0 }
            if known.isEmpty { break }
            try? await Task.sleep(for: .milliseconds(10))
        }
        return left
    }

    private func end(grace: Duration, _ known: inout Set<Int32>) async -> [Int32] {
        // Peers get the time to finish; repeated, as a process may start others while it ends.
        for (signal, patience) in [(SIGTERM, grace), (SIGKILL, .seconds(5))] {
            let deadline = ContinuousClock.now + patience
            var asked: Set<Int32> = []
            repeat {
                let left = running()
                known.formUnion(left)
                for process in known { Self.reap(process) }
                if left.isEmpty { return [] }
                for process in left where signal == SIGKILL || asked.insert(process).inserted {
                    _ = kill(process, signal)
                }
                try? await Task.sleep(for: .milliseconds(50))
            } while ContinuousClock.now < deadline
        }
        return running()
    }

    /// Takes the status of a child that ended; others are left to their parents.
    static func reap(_ process: Int32) { _ = waitpid(process, nil, WNOHANG) }

    private func isInNamespace(_ process: Int32) -> Bool {
        Identity("/proc/\(process)/ns/net").map(namespaces.contains) ?? false
    }

    private func isMarked(_ process: Int32) -> Bool {
        guard let environment = Files.read("/proc/\(process)/environ") else { return false }
        return environment.split(separator: 0).contains { $0.elementsEqual(mark) }
    }

    private static func ancestors() -> Set<Int32> {
        var found: Set<Int32> = [1]
        var process = getpid()
        while process > 1, found.insert(process).inserted {
            guard let bytes = Files.read("/proc/\(process)/stat") else { break }
            // The name in parentheses may hold anything: state and parent follow the last parenthesis.
            let fields = String(decoding: bytes, as: UTF8.self).split(separator: ")").last?.split(separator: " ") ?? []
            process = fields.count > 1 ? Int32(fields[1]) ?? 1 : 1
        }
        return found
    }
}
