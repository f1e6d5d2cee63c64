public import Basics

extension ImageBuilder {
    /// Builds the image of a recipe from the disk of another, by changing a copy in place.
    ///
    /// `disk` is the raw disk of an image of `parent` (nil: of the recipe's base); it is only read, must not be in use
    /// and keeps its bytes. Precondition: `recipe.canDerive(from: parent)`. Errors as for ``buildBase(_:progress:)``;
    /// an unknown package is `.notFound` and named, a failed run step is `.tool` with its last lines.
    public func derive(
        _ recipe: Recipe, fromDisk disk: String, of parent: Recipe? = nil, progress: @escaping Progress = { _ in }
    ) async throws(SkeinError) -> BuiltImage {
        let doing = "building an image from \(recipe.base.distro)-\(recipe.base.suite)"
        let parent = parent ?? Recipe(base: recipe.base)
        try recipe.validate()
        guard recipe.canDerive(from: parent) else {
            throw SkeinError(
                .usage, doing: doing, cause: "the parent's image holds what the recipe does not",
                next: "derive from the base")
        }
        guard let size = BuildFiles.occupied(disk) else {
            throw BuildFiles.failure("reading the parent's disk \(disk)")
        }
        try checkHost(
            doing, tools: ["apt-get", "tune2fs", "losetup", "fstrim"], space: size + BuildLimits.freeForDerivation)
        let steps = Array(recipe.steps.dropFirst(parent.steps.count))
        let isComplete = Set(parent.packages) == Set(recipe.packages)
        let job = try BuildJob(configuration, recipe: recipe, doing: doing, label: "derive-\(recipe.base.suite)")
        do throws(SkeinError) {
            try job.stage(steps)
            try job.stageArchives()
        } catch {
            await BuildJob.remove(job.directory)
            throw error
        }
        let arguments =
            [
                job.directory, job.cache, disk, ArchiveState.ofHost(recipe.base).stamp,
                "\(BuildLimits.listsAge.wholeNanoseconds / 60_000_000_000)", "\(BuildLimits.journal.mebibytes)",
            ] + (isComplete ? [] : recipe.packageSet)
        return try await job.run(DeriveScript.text, arguments: arguments, steps: steps, progress: progress)
    }
}
