public import Basics
internal import Synchronization
public import Trust

extension LocalStore {
    /// Keeps a manifest that its publisher signed. Whether the publisher may publish is for the caller to decide.
    ///
    /// One that is there already is no error. Its version counts as seen from now on.
    public func add(manifest: Manifest) throws(SkeinError) { try add(manifest, sealedKey: nil, recipe: nil) }

    func add(_ manifest: Manifest, sealedKey: [UInt8]?, recipe: RecipeKey?) throws(SkeinError) {
        let doing = "adding image \(manifest.name)@\(manifest.version)"
        try checkOpen(doing)
        guard manifest.isSigned else {
            throw SkeinError(.corrupt, doing: doing, cause: "its publisher's signature is missing or wrong")
        }
        let at = Int64(LocalStore.now())
        try sweepGate.withLock { (_) throws(SkeinError) in
            try state.add(manifest, sealedKey: sealedKey, recipe: recipe, at: at)
        }
    }

    public func manifest(_ id: ImageID) throws(SkeinError) -> Manifest? {
        guard let encoded = try state.encodedManifest(id) else { return nil }
        do {
            return try Manifest(decoding: encoded)
        } catch {
            throw SkeinError(
                .corrupt, doing: "reading manifest \(id.short)", cause: "state.sqlite holds a bad one (\(error))",
                next: "remove the image and fetch it again")
        }
    }

    /// A manifest that must be here.
    public func requireManifest(_ id: ImageID, doing: String) throws(SkeinError) -> Manifest {
        if let manifest = try manifest(id) { return manifest }
        throw SkeinError(.notFound, doing: doing, cause: "there is no image \(id.short) in this store")
    }

    /// Keeps a grant whose signature is right. Whether the issuer may grant is for the caller to decide.
    public func add(grant: Grant) throws(SkeinError) {
        guard grant.isAuthentic else {
            throw SkeinError(
                .corrupt, doing: "adding a grant for image \(grant.image.short)", cause: "its signature is wrong")
        }
        try state.setGrant(grant)
    }

    /// The grants of an image to a peer.
    public func grants(of image: ImageID, to recipient: PeerID) throws(SkeinError) -> [Grant] {
        try state.grants(of: image, to: recipient)
    }

    /// The key of an image: kept when it was published here, or granted to this identity. Nil when there is neither.
    public func imageKey(for image: ImageID, identity: PeerIdentity) throws(SkeinError) -> ImageKey? {
        if let sealed = try state.sealedKey(of: image), let bytes = identity.agreement.openSealed(sealed),
            let key = ImageKey(bytes: bytes)
        {
            return key
        }
        for grant in try state.grants(of: image, to: identity.peerID) {
            if let key = grant.open(with: identity.agreement) { return key }
        }
        return nil
    }

    /// All images, by name and falling version.
    public func images() throws(SkeinError) -> [ImageSummary] {
        try checkOpen("listing images")
        var images: [ImageSummary] = []
        for encoded in try state.headers() {
            // A header in our own database that does not decode is left out here and found by `verify`.
            guard let header = try? ManifestHeader(decoding: encoded) else { continue }
            images.append(try summary(header))
        }
        return images
    }

    public func summary(of id: ImageID) throws(SkeinError) -> ImageSummary {
        try summary(requireManifest(id, doing: "showing image \(id.short)").header)
    }

    func summary(_ header: ManifestHeader) throws(SkeinError) -> ImageSummary {
        let id = header.imageID
        let uses = try catalog.uses(of: id)
        return ImageSummary(
            id: id, name: header.name, version: header.version, architecture: header.architecture,
            publisher: header.publisher, createdAt: header.createdAt,
            parts: header.parts.map { ImageSummary.Part(name: $0.name, size: $0.size) },
            plainBytes: header.plainBytes, storedBytes: header.storedBytes, distinctChunks: header.distinctCount,
            isComplete: try isComplete(id), isAssembled: try assembled(id) != nil, pins: try state.pins(of: id),
            lastUsedAt: uses?.at, uses: uses?.count ?? 0)
    }

    /// Whether the manifest and every chunk of an image are here.
    public func isComplete(_ id: ImageID) throws(SkeinError) -> Bool {
        let (isKnown, removals) = activity.withLock { ($0.complete.contains(id), $0.removals) }
        if isKnown { return true }
        guard let manifest = try manifest(id), try held(manifest).isFull else { return false }
        activity.withLock { activity in
            if activity.removals == removals { activity.complete.insert(id) }
        }
        return true
    }

    /// The complete image that a recipe gave, or nil.
    public func image(forRecipe recipe: RecipeKey) throws(SkeinError) -> ImageID? {
        guard let image = try state.build(of: recipe), try isComplete(image) else { return nil }
        return image
    }

    /// Which images recipes gave and when, in seconds since 1970, newest first; not all need be whole.
    public func builds(limit: Int) throws(SkeinError) -> [(recipe: RecipeKey, image: ImageID, at: UInt64)] {
        try state.builds(limit: limit)
    }

    /// Counts a use of an image, for `images()` and for eviction.
    public func noteUse(of image: ImageID) throws(SkeinError) {
        try catalog.noteUse(of: image, at: Int64(LocalStore.now()))
    }

    /// The image that people mean by `NAME`, `NAME@VERSION`, an ImageID or a unique prefix of one.
    ///
    /// A bare name means its highest version, and is refused when a higher one was seen that is not here: nobody can
    /// pass off an old image as the current one. A version, ImageID or recipe that people state is always allowed.
    public func resolve(_ nameOrID: String) throws(SkeinError) -> ImageID {
        let doing = "looking for image \(nameOrID)"
        guard let reference = ImageReference(parsing: nameOrID) else {
            throw SkeinError(
                .usage, doing: doing, cause: "this is no image name, NAME@VERSION or ImageID",
                next: "list the images with: skein image ls")
        }
        switch reference {
        case .image(let id):
            guard try state.hasManifest(id) else { throw notFound(doing) }
            return id
        case .version(let name, let version):
            return try only(state.images(named: name).filter { $0.version == version }.map(\.image), doing)
        case .name(let name):
            let images = try state.images(named: name)
            guard let newest = images.first else { return try resolve(prefix: name, doing) }
            if let highest = try state.highestVersion(of: name), newest.version < highest {
                throw SkeinError(
                    .conflict, doing: doing,
                    cause: "version \(highest) was seen, and the newest here is \(newest.version)",
                    next: "fetch version \(highest), or name the older one: \(name)@\(newest.version)")
            }
            return try only(images.filter { $0.version == newest.version }.map(\.image), doing)
        }
    }

    private func resolve(prefix text: String, _ doing: String) throws(SkeinError) -> ImageID {
        guard let prefix = ImageReference.idPrefix(text) else { throw notFound(doing) }
        return try only(state.imageIDs().filter { $0.description.hasPrefix(prefix) }, doing)
    }

    private func only(_ images: [ImageID], _ doing: String) throws(SkeinError) -> ImageID {
        guard let first = images.first else { throw notFound(doing) }
        guard images.count == 1 else {
            throw SkeinError(
                .conflict, doing: doing,
                cause: "\(images.count) images fit: \(images.prefix(4).map(\.short).joined(separator: ", "))",
                next: "name one by its ImageID")
        }
        return first
    }

    private func notFound(_ doing: String) -> SkeinError {
        SkeinError(
            .notFound, doing: doing, cause: "there is none in this store",
            next: "list the images with: skein image ls")
    }
}
