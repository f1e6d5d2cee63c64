public import Basics
internal import Synchronization
public import Trust

extension LocalStore {
    /// The assembled files of an image, or nil when there are none.
    public func assembled(_ id: ImageID) throws(SkeinError) -> AssembledImage? {
        guard Directory.exists(assembledDirectory(id)), let manifest = try manifest(id) else { return nil }
        return try assembled(manifest)
    }

    /// Begins to put an image's files together, or says at once that they are there.
    ///
    /// Throws `conflict` while another assembler of the same image lives.
    public func assembler(for manifest: Manifest, key: ImageKey) throws(SkeinError) -> ImageAssembler {
        let id = manifest.imageID
        let doing = "assembling image \(manifest.name)@\(manifest.version)"
        try checkOpen(doing)
        guard manifest.parts.contains(where: { $0.name == "disk" }) else {
            throw SkeinError(.usage, doing: doing, cause: "it has no disk", next: "export its parts instead")
        }
        if let assembled = try assembled(manifest) {
            return ImageAssembler(store: self, manifest: manifest, assembled: assembled)
        }
        let secrets = try openSealed(manifest, key, doing: doing).chunks
        guard activity.withLock({ $0.assembling.insert(id).inserted }) else {
            throw SkeinError(.conflict, doing: doing, cause: "it is being assembled already")
        }
        do throws(SkeinError) {
            return try ImageAssembler(store: self, manifest: manifest, secrets: secrets)
        } catch {
            endAssembly(id)
            throw error
        }
    }

    /// The same for an image whose manifest is here.
    public func assembler(for id: ImageID, key: ImageKey) throws(SkeinError) -> ImageAssembler {
        try assembler(for: requireManifest(id, doing: "assembling image \(id.short)"), key: key)
    }

    /// Assembles an image that is complete in this store.
    public func assemble(
        _ id: ImageID, key: ImageKey, isCancelled: @Sendable () -> Bool = { false }
    ) throws(SkeinError) -> AssembledImage {
        let assembler = try assembler(for: id, key: key)
        try assembler.placeHeldChunks(isCancelled: isCancelled)
        return try assembler.finish()
    }

    /// Writes a part of an image to a sparse raw file, each chunk checked against its plain digest.
    ///
    /// The file appears under its name when it is whole. One that is there is replaced only when that is said.
    public func export(
        _ id: ImageID, part name: String = "disk", to path: String, key: ImageKey, overwrite: Bool = false,
        isCancelled: @Sendable () -> Bool = { false }
    ) throws(SkeinError) {
        let doing = "exporting image \(id.short) to \(path)"
        let manifest = try requireManifest(id, doing: doing)
        guard let part = manifest.parts.firstIndex(where: { $0.name == name }) else {
            throw SkeinError(
                .notFound, doing: doing, cause: "it has no part \(name)",
                next: "it has: \(manifest.parts.map(\.name).joined(separator: ", "))")
        }
        guard overwrite || !Directory.exists(path) else {
            throw SkeinError(.conflict, doing: doing, cause: "the file exists", next: "name another file")
        }
        let sealed = try openSealed(manifest, key, doing: doing)
        let partial = "\(path).skein-partial"
        let file = try OpenFile(path: partial, mode: .replace, permissions: 0o644)
        var isDone = false
        defer { if !isDone { try? Directory.removeFile(partial) } }
        try file.truncate(to: manifest.parts[part].size.bytes)
        let places = ChunkPlaces(manifest)
        try Workers.forEach(manifest.distinctChunks.count) { (index) throws(SkeinError) in
            if isCancelled() { throw SkeinError(.cancelled, doing: doing, cause: "cancelled") }
            let targets = places.of(index).filter { Int($0.part) == part }
            guard !targets.isEmpty else { return }
            let expected = manifest.distinctChunks[index]
            let chunk = try readVerified(expected.id)
            let outcome = decoders.use { decoder -> Result<Void, SkeinError> in
                let secret = sealed.chunks[index]
                guard let plain = decoder.decode(chunk, secret: secret, plainLength: expected.plainLength),
                    ContentHash.plain(plain) == secret.plainDigest
                else {
                    return .failure(
                        SkeinError(.corrupt, doing: doing, cause: "chunk \(chunk.id.short) is not what was promised"))
                }
                return Result { () throws(SkeinError) in
                    for target in targets {
                        try file.write(plain, at: Int64(target.chunk) * Int64(FormatLimits.chunkBytes))
                    }
                }
            }
            try outcome.get()
        }
        try file.sync()
        try Directory.move(partial, to: path)
        isDone = true
        try Directory.sync(Directory.parent(of: path))
    }

    func assembledDirectory(_ id: ImageID) -> String { "\(assembledDirectory)/\(id)" }
    func partialDirectory(_ id: ImageID) -> String { "\(assembledDirectory)/\(id).partial" }

    func endAssembly(_ id: ImageID) { activity.withLock { _ = $0.assembling.remove(id) } }

    /// The assembled files when each has the size that the manifest says; they got their name when they were durable.
    private func assembled(_ manifest: Manifest) throws(SkeinError) -> AssembledImage? {
        let directory = assembledDirectory(manifest.imageID)
        guard Directory.exists(directory) else { return nil }
        for part in manifest.parts {
            let path = "\(directory)/\(AssembledImage.fileName(part.name))"
            guard Directory.exists(path), try OpenFile(path: path, mode: .read).size() == part.size.bytes else {
                return nil
            }
        }
        return AssembledImage(manifest: manifest, directory: directory)
    }
}
