public import Basics
import Glibc

extension ImageBuilder {
    /// Removes what a crash left: half images, and finished ones that nobody claims. For the daemon's start.
    ///
    /// A build whose daemon died ends by itself within moments (``SupervisorScript``); this waits for its loop device
    /// and then removes its files. `keeping`: directories of finished images (``BuiltImage/directory``) that are in
    /// use. Also throws the downloaded packages away when they have become many.
    public static func sweep(workDirectory: String, keeping: Set<String> = []) async throws(SkeinError) {
        for name in BuildFiles.names(in: workDirectory)
        where name.hasPrefix(BuildJob.halfPrefix) || name.hasPrefix(BuildJob.builtPrefix) {
            let directory = "\(workDirectory)/\(name)"
            if keeping.contains(directory) { continue }
            await BuildJob.waitForRelease(of: directory)
            guard !BuildJob.isLooped(directory) else {
                throw SkeinError(
                    .conflict, doing: "cleaning \(workDirectory)", cause: "a build in \(directory) still runs",
                    next: "is another peer using this directory?")
            }
            try BuildFiles.removeTree(directory)
        }
        for suite in BuildFiles.names(in: "\(workDirectory)/apt") {
            let archives = "\(workDirectory)/apt/\(suite)/archives"
            let packages = BuildFiles.names(in: archives).filter { $0.hasSuffix(".deb") }
            let size = packages.reduce(Int64(0)) { $0 + (BuildFiles.occupied("\(archives)/\($1)")?.bytes ?? 0) }
            if size > BuildLimits.packageCache.bytes { for name in packages { unlink("\(archives)/\(name)") } }
        }
    }
}
