public import Basics
import Glibc

extension ImageBuilder {
    /// The identity of every image's file system, and the seed of its directory hashes: equal, so that images that
    /// hold the same files may share the chunks of their tables.
    private static let fileSystemIdentity = "5ce1ba5e-0000-4000-8000-736b65696e00"

    /// Builds a base from the host's package sources.
    ///
    /// Errors: `.usage` (no such base), `.permission` (not root), `.notFound` (a tool is missing), `.resources`,
    /// `.unreachable` (package archives), `.tool`, `.cancelled`. Whatever happens, nothing is left but the log.
    public func buildBase(
        _ base: BaseSpec, progress: @escaping Progress = { _ in }
    ) async throws(SkeinError) -> BuiltImage {
        let doing = "building base \(base.distro)-\(base.suite)"
        try base.validate()
        try checkHost(doing, tools: ["mmdebstrap", "apt-get", "mke2fs", "tune2fs"], space: BuildLimits.freeForBase)
        let recipe = Recipe(base: base)
        let steps = GuestFiles.all.map(RecipeStep.file)
        let job = try BuildJob(configuration, recipe: recipe, doing: doing, label: "base-\(base.suite)")
        do throws(SkeinError) {
            try job.stage(steps)
            try job.stageArchives()
            let stage = "\(job.directory)/stage"
            try BuildFiles.write(BaseHooks.setup, to: "\(stage)/setup")
            try BuildFiles.write(BaseHooks.essential, to: "\(stage)/essential")
            try BuildFiles.write(BaseHooks.dpkg, to: "\(stage)/dpkg.cfg")
            try BuildFiles.write(FixedIdentities.text, to: "\(stage)/identities")
            try BuildFiles.write(SettleScript.text, to: "\(stage)/settle")
        } catch {
            await BuildJob.remove(job.directory)
            throw error
        }
        let arguments = [
            job.directory, job.cache, base.suite, Self.basePackages(base).joined(separator: ","),
            ArchiveState.ofHost(base).stamp, "\(BuildLimits.disk.bytes)", "\(BuildLimits.journal.mebibytes)",
            Self.fileSystemIdentity,
        ]
        return try await job.run(BaseScript.text, arguments: arguments, steps: steps, progress: progress)
    }

    /// What every node needs: an init, devices, a kernel, addresses, a way in, and busybox for the first user space.
    static func basePackages(_ base: BaseSpec) -> [String] {
        [
            base.kernelPackage ?? "", "systemd", "systemd-sysv", "udev", "dbus", "kmod", "iproute2", "openssh-server",
            "busybox-static",
        ].filter { !$0.isEmpty }
    }

    /// Fails early, and in words, where a build could not work.
    func checkHost(_ doing: String, tools: [String], space: ByteCount) throws(SkeinError) {
        guard geteuid() == 0 else {
            throw SkeinError(
                .permission, doing: doing, cause: "building images needs root (it mounts and changes root)",
                next: "run the peer as root, or fetch the image from a peer that has built it")
        }
        let packages = [
            "mmdebstrap": "mmdebstrap", "mke2fs": "e2fsprogs", "tune2fs": "e2fsprogs", "apt-get": "apt",
            "unshare": "util-linux", "nsenter": "util-linux", "losetup": "mount", "fstrim": "util-linux",
            "flock": "util-linux",
        ]
        for tool in tools + ["unshare", "nsenter", "flock"] {
            let places = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"]
            guard places.contains(where: { access("\($0)/\(tool)", X_OK) == 0 }) else {
                throw SkeinError(
                    .notFound, doing: doing, cause: "\(tool) is not installed",
                    next: "apt-get install \(packages[tool] ?? tool)")
            }
        }
        if let namespace = configuration.networkNamespace, !BuildFiles.exists(namespace) {
            throw SkeinError(
                .notFound, doing: doing, cause: "there is no network namespace \(namespace)",
                next: "correct build.network_namespace of the peer's configuration")
        }
        // These go into apt's configuration between quotes.
        for path in [configuration.workDirectory, configuration.logDirectory]
        where !path.hasPrefix("/")
            || path.utf8.contains(where: { $0 <= 32 || $0 == 127 || "\"'\\%;{}".utf8.contains($0) })
        {
            throw SkeinError(
                .usage, doing: doing, cause: "`\(path)` cannot be a work directory",
                next: "an absolute path without blanks and quotes")
        }
        try BuildFiles.makeDirectory(configuration.workDirectory)
        if let free = BuildFiles.freeSpace(at: configuration.workDirectory), free < space {
            throw SkeinError(
                .resources, doing: doing,
                cause: "\(configuration.workDirectory) has \(free) free, and \(space) are needed",
                next: "make room there")
        }
    }
}
