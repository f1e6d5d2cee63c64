public import Basics
internal import Synchronization
internal import Trust

extension LocalStore {
    /// Makes an image of raw files: chunks, seals, stores, signs.
    ///
    /// The manifest appears when everything else is durable; after a failure or a cancellation nothing is visible, and
    /// what was stored is swept. Chunks of zeros and holes are never stored; chunks whose plain bytes the parent has
    /// are taken over as they are. `progress` is called from several threads.
    public func publish(
        _ request: PublishRequest, progress: @Sendable (PublishProgress) -> Void = { _ in }
    ) throws(SkeinError) -> ImageSummary {
        let doing = "publishing image \(request.name)"
        try checkOpen(doing)
        try check(request, doing: doing)
        let version = try chooseVersion(request, doing: doing)
        try beginPublish()
        var succeeded = false
        defer {
            endPublish(succeeded: succeeded)
            ChunkBlocks.release()
        }

        let parts = try request.parts.sorted { PublishOrder.rank($0.name) < PublishOrder.rank($1.name) }
            .map { (part) throws(SkeinError) in try PartFile(name: part.name, path: part.path) }
        let publisher = Publisher(
            store: self, parts: parts, namespaceKey: request.namespaceKey, compression: request.compression,
            reusable: try reusableChunks(request), isCancelled: request.isCancelled)
        let result = try publisher.run(doing: doing, progress: progress)
        let builder = describe(parts, result)
        let facts = ImageFacts(
            name: request.name, version: version, architecture: request.architecture,
            commandLine: request.commandLine, namespace: request.namespaceKey.id,
            namespaceEpoch: request.namespaceKey.epoch, createdAt: LocalStore.now(), recipe: request.recipe,
            packages: request.packages)
        let key = ImageKey()
        let manifest: Manifest
        do {
            manifest = try builder.finish(facts, key: key, identity: request.identity)
        } catch {
            throw SkeinError(.usage, doing: doing, cause: "the image passes a limit of the format (\(error))")
        }
        guard try held(manifest).isFull else {
            throw SkeinError(
                .corrupt, doing: doing, cause: "a chunk was found bad meanwhile", next: "publish once more")
        }
        if request.isCancelled() { throw SkeinError(.cancelled, doing: doing, cause: "cancelled") }
        let sealedKey = AgreementKey.seal(key.bytes, to: request.identity.agreement.publicKey)
        try add(manifest, sealedKey: sealedKey, recipe: request.recipe)
        succeeded = true
        return try summary(manifest.header)
    }

    private func check(_ request: PublishRequest, doing: String) throws(SkeinError) {
        try ImageName.check(request.name, doing: doing)
        guard (1...ManifestLimits.parts).contains(request.parts.count) else {
            throw SkeinError(.usage, doing: doing, cause: "an image has 1 to \(ManifestLimits.parts) parts")
        }
        for (index, part) in request.parts.enumerated() {
            guard ManifestPart.isValidName(part.name) else {
                throw SkeinError(.usage, doing: doing, cause: "\"\(part.name)\" is no part name")
            }
            guard !request.parts[..<index].contains(where: { $0.name == part.name }) else {
                throw SkeinError(.usage, doing: doing, cause: "two parts are named \(part.name)")
            }
        }
        guard request.commandLine.utf8.count <= ManifestLimits.commandLineBytes,
            request.architecture.utf8.count <= ManifestLimits.architectureBytes,
            ManifestHeader.isPlainText(request.commandLine), ManifestHeader.isPlainText(request.architecture)
        else {
            throw SkeinError(.usage, doing: doing, cause: "the command line or architecture is too long or not text")
        }
        guard request.packages.count <= ManifestLimits.packages,
            request.packages.allSatisfy({ $0.utf8.count <= ManifestLimits.packageBytes })
        else { throw SkeinError(.usage, doing: doing, cause: "too many packages, or a name too long") }
    }

    private func chooseVersion(_ request: PublishRequest, doing: String) throws(SkeinError) -> UInt64 {
        let highest = try state.highestVersion(of: request.name) ?? 0
        let version = request.version ?? highest + 1
        guard version > highest else {
            throw SkeinError(
                .conflict, doing: doing, cause: "version \(version) is not above \(highest), the highest seen",
                next: "leave the version out to get \(highest + 1)")
        }
        guard version <= ManifestLimits.version else {
            throw SkeinError(.usage, doing: doing, cause: "the version is out of range")
        }
        return version
    }

    private func beginPublish() throws(SkeinError) {
        try sweepGate.withLock { (_) throws(SkeinError) in
            // Should the process die meanwhile, the next opening sweeps what it left.
            try state.setSweepDue(true)
            activity.withLock { $0.publishing += 1 }
        }
    }

    private func endPublish(succeeded: Bool) {
        let mustSweep = activity.withLock { activity -> Bool? in
            activity.publishing -= 1
            if !succeeded { activity.hasLeftovers = true }
            return activity.publishing == 0 ? activity.hasLeftovers : nil
        }
        guard let mustSweep else { return }
        do throws(SkeinError) {
            // After successes alone everything stored is in a manifest.
            if mustSweep { try sweep() } else { try clearSweepDue() }
        } catch {
            // The note in the state stays: the next opening sweeps.
        }
    }

    private func clearSweepDue() throws(SkeinError) {
        try sweepGate.withLock { (_) throws(SkeinError) in
            guard activity.withLock({ $0.publishing == 0 && !$0.hasLeftovers }) else { return }
            try state.setSweepDue(false)
        }
    }

    private func reusableChunks(_ request: PublishRequest) throws(SkeinError) -> [Digest: PublishedChunk] {
        guard let parent = request.parent, let manifest = try manifest(parent),
            manifest.header.namespace == request.namespaceKey.id,
            manifest.header.namespaceEpoch == request.namespaceKey.epoch,
            let key = try imageKey(for: parent, identity: request.identity)
        else { return [:] }
        let sealed = try openSealed(manifest, key, doing: "reading the parent \(parent.short)")
        let held = try held(manifest)
        var reusable: [Digest: PublishedChunk] = [:]
        for (index, chunk) in manifest.distinctChunks.enumerated() where held[index] {
            let secret = sealed.chunks[index]
            reusable[secret.plainDigest] = PublishedChunk(chunk: chunk, secret: secret)
        }
        return reusable
    }

    /// Walks through the parts in order, so that distinct chunks are numbered by first appearance.
    private func describe(_ parts: [PartFile], _ result: Publisher.Shared) -> ManifestBuilder {
        var builder = ManifestBuilder()
        var slot = 0
        for part in parts {
            var next = 0
            for range in part.dataRanges {
                builder.appendZeros(chunks: range.lowerBound - next)
                for _ in range {
                    let index = result.slots[slot]
                    slot += 1
                    if index < 0 {
                        builder.appendZeros(chunks: 1)
                    } else {
                        let chunk = result.chunks[Int(index)]
                        builder.append(chunk.chunk, chunk.secret)
                    }
                }
                next = range.upperBound
            }
            builder.appendZeros(chunks: ManifestPart.chunkCount(size: part.size) - next)
            builder.endPart(name: part.name, size: ByteCount(bytes: part.size))
        }
        return builder
    }
}

/// The order of parts in a manifest: what boots first comes first, so that it arrives first.
enum PublishOrder {
    static func rank(_ part: String) -> String {
        switch part {
        case "kernel": "0"
        case "initrd": "1"
        case "disk": "2"
        default: "3" + part
        }
    }
}
