public import Basics
import Glibc

/// Makes and removes the directory of a node: overlay, seed and the logs that QEMU appends to.
public enum NodeDirectory {
    /// What becomes of an overlay that is there already.
    public enum Disk: Hashable, Sendable {
        /// A new one: the node starts from its image.
        case fresh
        /// The one that is there, if any: the node starts from where it was stopped.
        case kept
    }

    /// Makes everything that ``Hypervisor/start(_:accelerator:)`` needs on disk.
    ///
    /// The node must not be running. The console of an earlier run is kept as `console.log.1`, phases of an earlier run
    /// are dropped. On failure nothing of a fresh directory is left.
    public static func prepare(
        _ plan: NodePlan, seed: [SeedEntry], disk: Disk = .fresh, user: QEMUUser = .root
    ) async throws(SkeinError) {
        let doing = "preparing the files of \(plan.name)"
        let files = plan.files
        let isNew = !HostFile.exists(plan.directory)
        do throws(SkeinError) {
            try HostFile.makeDirectory(plan.directory, mode: 0o711, doing: doing)
            // The directory stays root's: a user of QEMU's own reaches its files and can put nothing in their place.
            guard chmod(plan.directory, user == .root ? 0o700 : 0o711) == 0 else { throw HostFile.failure(doing) }
            if disk == .fresh || !HostFile.exists(files.overlay) {
                try await Overlay.create(at: files.overlay, backing: plan.baseDisk, size: plan.diskSize)
            }
            guard chmod(files.overlay, 0o600) == 0 else { throw HostFile.failure(doing) }
            try SeedDisk.write(seed, to: files.seed)
            if HostFile.exists(files.console) { rename(files.console, files.olderConsole) }
            try HostFile.write([], to: files.console, mode: 0o600, doing: doing)
            try HostFile.write([], to: files.ready, mode: 0o600, doing: doing)
            if user != .root {
                for path in [files.overlay, files.seed, files.console, files.ready] {
                    guard lchown(path, user.uid, user.gid) == 0 else { throw HostFile.failure(doing) }
                }
            }
        } catch {
            if isNew { try? remove(plan.directory) }
            throw error
        }
    }

    /// Removes a node's files and its directory. What is not there is well; files of others make it fail.
    public static func remove(_ directory: String) throws(SkeinError) {
        let doing = "removing the node directory \(directory)"
        for path in NodeFiles(directory: directory).all where unlink(path) != 0 && errno != ENOENT && errno != ENOTDIR {
            throw HostFile.failure(doing)
        }
        if rmdir(directory) != 0, errno != ENOENT { throw HostFile.failure(doing) }
    }
}
