import Basics
import Foundation
import ImageStore
import Logging
import Trust

/// Gets the image of a recipe: from the cache, from a peer that has it, or by building it from the cached base, or by
/// building that first.
///
/// Requests for one recipe share one build; different builds run one after the other.
actor ImageBuildService {
    private let store: LocalStore
    private let workers: WorkerPool
    private let jobs: WorkerPool
    private let membership: PeerMembership
    private let builder: ImageBuilder
    private let fetcher: RecipeFetcher
    private let logger: Logger
    private let holdingsChanged: @Sendable () -> Void
    private var underWay: [RecipeKey: Build] = [:]
    private var last: Task<Void, Never>?
    private var lastID = 0

    /// An image for a recipe.
    struct Outcome: Sendable {
        let image: ImageID
        /// True when nothing had to be built.
        let isCached: Bool
    }

    private struct Build {
        let id: Int
        let task: Task<Outcome, any Error>
        var waiting: Int
        var sinks: [EventSink]
    }

    init(
        store: LocalStore, workers: WorkerPool, jobs: WorkerPool, membership: PeerMembership, builder: ImageBuilder,
        fetcher: RecipeFetcher, logger: Logger,
        holdingsChanged: @escaping @Sendable () -> Void
    ) {
        self.store = store
        self.workers = workers
        self.jobs = jobs
        self.membership = membership
        self.builder = builder
        self.fetcher = fetcher
        self.logger = logger
        self.holdingsChanged = holdingsChanged
    }

    /// The image of a recipe, whole and readable in this peer's store.
    func image(for recipe: Recipe, name: String, _ sink: EventSink) async throws -> Outcome {
        let archive = try await workers.run { ArchiveState.ofHost(recipe.base) }
        let key = recipe.key(archive: archive)
        if let image = try await cached(key) {
            sink.message(.resolve, "image \(name) is cached (\(image.short))")
            try await remember(image, recipe.secret(archive: archive))
            return Outcome(image: image, isCached: true)
        }
        return try await shared(key, sink) {
            if let image = try await self.fetched(recipe, archive, name, for: key) {
                return Outcome(image: image, isCached: true)
            }
            return Outcome(image: try await self.build(recipe, key, archive, name), isCached: false)
        }
    }

    /// An image that some peer of the site has built before; those who wait for `watchers` are told of it.
    private func fetched(
        _ recipe: Recipe, _ archive: ArchiveState, _ name: String, for watchers: RecipeKey
    ) async throws -> ImageID? {
        let sink = EventSink { event in
            Task { await self.tell(watchers) { $0.pass(event) } }
        }
        return try await fetcher.fetch(
            recipe.key(archive: archive), secret: recipe.secret(archive: archive), name: name, sink)
    }

    /// An earlier version built it without a record: from now on others find it.
    private func remember(_ image: ImageID, _ secret: Digest) async throws {
        let store = store
        let isNew = try await workers.run {
            guard try RecipeRecord.of(image, in: store) == nil else { return false }
            try RecipeRecord(secret: secret, entry: nil).note(of: image, in: store)
            return true
        }
        if isNew { holdingsChanged() }
    }

    /// Exact hit: an image of this recipe whose chunks are all here and whose key this peer has.
    private func cached(_ key: RecipeKey) async throws -> ImageID? {
        let store = store
        let identity = membership.identity
        return try await workers.run {
            guard let image = try store.image(forRecipe: key), try store.isComplete(image),
                try store.imageKey(for: image, identity: identity) != nil
            else { return nil }
            return image
        }
    }

    /// Runs a build once for all who ask for it; it is cancelled when the last of them has gone.
    private func shared(_ key: RecipeKey, _ sink: EventSink, _ work: @escaping @Sendable () async throws -> Outcome)
        async throws -> Outcome
    {
        if underWay[key] == nil {
            let before = last
            let task = Task {
                await before?.value
                try Task.checkCancellation()
                return try await work()
            }
            lastID += 1
            underWay[key] = Build(id: lastID, task: task, waiting: 0, sinks: [])
            last = Task { _ = await task.result }
        }
        guard let build = underWay[key] else { throw CancellationError() }
        underWay[key]?.waiting += 1
        underWay[key]?.sinks.append(sink)
        return try await withTaskCancellationHandler {
            let result = await build.task.result
            if underWay[key]?.id == build.id { underWay[key] = nil }
            try Task.checkCancellation()
            return try result.get()
        } onCancel: {
            Task { await self.abandon(key, build.id) }
        }
    }

    /// One of those who wait for a build has gone; when nobody is left, the build goes too.
    private func abandon(_ key: RecipeKey, _ id: Int) {
        guard underWay[key]?.id == id else { return }
        underWay[key]?.waiting -= 1
        if underWay[key]?.waiting == 0 { underWay.removeValue(forKey: key)?.task.cancel() }
    }

    private func tell(_ key: RecipeKey, _ body: (EventSink) -> Void) {
        for sink in underWay[key]?.sinks ?? [] { body(sink) }
    }

    // MARK: Building

    private func build(_ recipe: Recipe, _ key: RecipeKey, _ archive: ArchiveState, _ name: String) async throws
        -> ImageID
    {
        guard !recipe.isBase else { return try await buildBase(recipe.base, archive, for: key) }
        let baseKey = recipe.base.key(archive: archive)
        let base: ImageID
        if let image = try await cached(baseKey) {
            base = image
        } else if let image = try await fetched(
            Recipe(base: recipe.base), archive, recipe.base.imageName, for: key)
        {
            base = image
        } else {
            base = try await buildBase(recipe.base, archive, for: key)
        }
        let start = MonotonicClock.now()
        let parent = try await assembled(base)
        let built = try await builder.derive(recipe, fromDisk: parent.disk) { progress in
            Task { await self.tell(key) { $0.build(progress) } }
        }
        let image = try await publish(
            built, name: name, recipe: recipe, archive: archive, parent: base, watchers: key)
        let seconds = (MonotonicClock.now() - start).inSeconds
        tell(key) { $0.message(.publish, "built \(name) from the cached base in \(seconds.tenths) s (\(image.short))") }
        return image
    }

    private func buildBase(_ base: BaseSpec, _ archive: ArchiveState, for watchers: RecipeKey) async throws -> ImageID {
        let start = MonotonicClock.now()
        let built = try await builder.buildBase(base) { progress in
            Task { await self.tell(watchers) { $0.build(progress) } }
        }
        let name = base.imageName
        let image = try await publish(
            built, name: name, recipe: Recipe(base: base), archive: archive, parent: nil, watchers: watchers)
        let seconds = (MonotonicClock.now() - start).inSeconds
        tell(watchers) { $0.message(.publish, "built \(name) in \(seconds.tenths) s (\(image.short))") }
        return image
    }

    /// The disk of an image as a file: the derivation's starting point.
    private func assembled(_ image: ImageID) async throws -> AssembledImage {
        let store = store
        let identity = membership.identity
        return try await jobs.run {
            if let there = try store.assembled(image) { return there }
            guard let manifest = try store.manifest(image), let key = try store.imageKey(for: image, identity: identity)
            else {
                throw SkeinError(.notFound, doing: "assembling image \(image.short)", cause: "it is not in the store")
            }
            let assembler = try store.assembler(for: manifest, key: key)
            try assembler.placeHeldChunks()
            return try assembler.finish()
        }
    }

    /// The files of a build are the store's once they are published.
    private func removeFiles(of built: BuiltImage) {
        do { try FileManager.default.removeItem(atPath: built.directory) } catch {
            logger.warning("the files of a build stay until the next start: \(error)")
        }
    }

    private func publish(
        _ built: BuiltImage, name: String, recipe: Recipe, archive: ArchiveState, parent: ImageID?,
        watchers: RecipeKey
    ) async throws -> ImageID {
        defer { removeFiles(of: built) }
        let cancelled = CancellationFlag()
        let request = PublishRequest(
            name: name, architecture: BaseSpec.hostArchitecture, commandLine: built.commandLine,
            parts: [
                .init(name: "kernel", path: built.kernel), .init(name: "initrd", path: built.initrd),
                .init(name: "disk", path: built.disk),
            ],
            parent: parent, namespaceKey: membership.siteFile.namespaceKey, identity: membership.identity,
            recipe: recipe.key(archive: archive),
            packages: built.packages, isCancelled: { cancelled.isSet })
        let record = RecipeRecord(secret: recipe.secret(archive: archive), entry: nil)
        let store = store
        let summary = try await jobs.runCancellable(cancelled) {
            let summary = try store.publish(request) { progress in
                Task { await self.tell(watchers) { $0.publishing(progress) } }
            }
            if let parent { try ImageParent.note(parent, of: summary.id, in: store) }
            try record.note(of: summary.id, in: store)
            return summary
        }
        holdingsChanged()
        return summary.id
    }
}

extension BaseSpec {
    fileprivate var imageName: String { "base-\(suite)-\(kernel)" }
}

extension EventSink {
    /// One build has many phases, each with a count of its own: only the last of them ends the line.
    fileprivate func build(_ progress: BuildProgress) {
        let step =
            progress.total > 0
            ? "\(progress.phase.rawValue) \(progress.done)/\(progress.total)" : progress.phase.rawValue
        self.step(.build, progress.detail.isEmpty ? step : "\(step): \(progress.detail)")
    }
}
