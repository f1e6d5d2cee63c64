public import Basics
internal import Glibc
internal import Synchronization
internal import Trust

/// Puts the files of one image together from chunks that come in any order and from any thread.
///
/// Files grow in a directory of their own and get their final name when every chunk is in place and durable. Dropping
/// an unfinished assembler removes what it wrote; after a restart, begin again and ``placeHeldChunks(isCancelled:)``.
public final class ImageAssembler: Sendable {
    private struct Progress {
        var placed: Bitmap
        var finished: AssembledImage?
    }

    public let manifest: Manifest
    private let store: LocalStore
    private let secrets: [SealedChunk]
    private let places: ChunkPlaces
    /// One for each part; none when the image was assembled before.
    private let files: [OpenFile]
    private let progress: Mutex<Progress>
    private let finishing = Mutex<Void>(())

    /// Of an image that is assembled already: nothing is left to do.
    init(store: LocalStore, manifest: Manifest, assembled: AssembledImage) {
        self.store = store
        self.manifest = manifest
        secrets = []
        places = ChunkPlaces(manifest)
        files = []
        let all = Bitmap(count: manifest.distinctChunks.count, filled: true)
        progress = Mutex(Progress(placed: all, finished: assembled))
    }

    /// The caller holds the image's entry in the store's activity; this gives it back at the end.
    init(store: LocalStore, manifest: Manifest, secrets: [SealedChunk]) throws(SkeinError) {
        self.store = store
        self.manifest = manifest
        self.secrets = secrets
        places = ChunkPlaces(manifest)
        progress = Mutex(Progress(placed: Bitmap(count: manifest.distinctChunks.count)))
        let directory = store.partialDirectory(manifest.imageID)
        try Directory.removeFlat(directory)
        try Directory.make(directory)
        files = try manifest.parts.map { (part) throws(SkeinError) in
            let file = try OpenFile(path: "\(directory)/\(AssembledImage.fileName(part.name))", mode: .replace)
            try file.truncate(to: part.size.bytes)
            return file
        }
    }

    deinit {
        guard progress.withLock({ $0.finished == nil }) else { return }
        try? Directory.removeFlat(store.partialDirectory(manifest.imageID))
        store.endAssembly(manifest.imageID)
    }

    /// Which distinct chunks are in place.
    public var placed: Bitmap { progress.withLock { $0.placed } }

    /// Hashes, opens and writes a chunk. Placing it twice is once.
    public func place(distinctIndex: Int, chunk: StoredChunk) throws(SkeinError) {
        guard let verified = VerifiedChunk(verifying: chunk) else {
            throw failure(.corrupt, "the bytes of chunk \(chunk.id.short) do not fit its ChunkID")
        }
        try place(distinctIndex: distinctIndex, chunk: verified)
    }

    /// Opens and writes a chunk that was verified as it arrived. Placing it twice is once.
    public func place(distinctIndex: Int, chunk: VerifiedChunk) throws(SkeinError) {
        guard manifest.distinctChunks.indices.contains(distinctIndex),
            manifest.distinctChunks[distinctIndex].id == chunk.id
        else { throw failure(.internal, "chunk \(chunk.id.short) is not the one of that index") }
        if progress.withLock({ $0.placed[distinctIndex] }) { return }
        let expected = manifest.distinctChunks[distinctIndex]
        let outcome = store.decoders.use { decoder -> Result<Void, SkeinError> in
            guard
                let plain = decoder.decode(
                    chunk, secret: secrets[distinctIndex], plainLength: expected.plainLength)
            else {
                return .failure(
                    failure(.corrupt, "chunk \(chunk.id.short) does not open to what the manifest promises"))
            }
            return Result { () throws(SkeinError) in try write(plain, distinctIndex) }
        }
        try outcome.get()
        progress.withLock { $0.placed[distinctIndex] = true }
    }

    /// Places every chunk that the store holds and that is not in place yet; the number placed.
    @discardableResult
    public func placeHeldChunks(isCancelled: @Sendable () -> Bool = { false }) throws(SkeinError) -> Int {
        let placed = placed
        if placed.isFull { return 0 }
        let lacking = try store.held(manifest).subtracting(placed)
        let indexes = (0..<lacking.count).filter { lacking[$0] }
        try Workers.forEach(indexes.count) { (number) throws(SkeinError) in
            if isCancelled() { throw failure(.cancelled, "cancelled") }
            let index = indexes[number]
            try place(distinctIndex: index, chunk: store.readVerified(manifest.distinctChunks[index].id))
        }
        return indexes.count
    }

    /// Checks that everything is in place, makes it durable and gives it its name. Finishing twice is once.
    public func finish() throws(SkeinError) -> AssembledImage {
        try finishing.withLock { (_) throws(SkeinError) in
            let (placed, finished) = progress.withLock { ($0.placed, $0.finished) }
            if let finished { return finished }
            guard placed.isFull else {
                throw failure(.partial, "\(placed.count - placed.population) of \(placed.count) chunks are missing")
            }
            for (part, file) in zip(manifest.parts, files) {
                guard try file.size() == part.size.bytes else {
                    throw failure(.internal, "\(file.path) changed its size")
                }
                try file.setPermissions(0o400)
                try file.sync()
            }
            let partial = store.partialDirectory(manifest.imageID)
            let final = store.assembledDirectory(manifest.imageID)
            try Directory.sync(partial)
            try Directory.removeFlat(final)
            try Directory.move(partial, to: final)
            try Directory.sync(store.assembledDirectory)
            let image = AssembledImage(manifest: manifest, directory: final)
            progress.withLock { $0.finished = image }
            store.endAssembly(manifest.imageID)
            return image
        }
    }

    private func write(_ plain: UnsafeRawBufferPointer, _ distinctIndex: Int) throws(SkeinError) {
        for place in places.of(distinctIndex) {
            try files[Int(place.part)].write(plain, at: Int64(place.chunk) * Int64(FormatLimits.chunkBytes))
        }
    }

    private func failure(_ code: SkeinError.Code, _ cause: String) -> SkeinError {
        SkeinError(code, doing: "assembling image \(manifest.name)@\(manifest.version)", cause: cause)
    }
}
