public import Basics
import Trust

extension BaseSpec {
    /// The key of the base itself: the first link of every recipe's chain.
    public func key(archive: ArchiveState) -> RecipeKey {
        var writer = ByteWriter()
        writer.write(text: "skein-base-1")
        writer.write(UInt32(BuildLimits.builderVersion))
        for field in [distro, suite, arch, kernel] { writer.write(text: field) }
        writer.write(UInt32(archive.releases.count))
        for release in archive.releases { writer.write(release) }
        return RecipeKey(ContentHash.of(writer.bytes))
    }
}

extension Recipe {
    /// The key that two recipes share exactly when their images are interchangeable.
    ///
    /// A chain: base (distribution, suite, processor, kernel, builder version, the archive's releases), then the sorted
    /// packages, then users, files and commands in order. A layer that is empty adds no link, so the key of a recipe
    /// that adds nothing is the key of its base. Precondition: the recipe is valid (``validate()``), which bounds
    /// every field.
    public func key(archive: ArchiveState) -> RecipeKey { chain(from: base.key(archive: archive)) }

    /// What only who knows the whole recipe can compute: the same chain from another first link. Keys are told to
    /// everybody, and nothing of this follows from them.
    public func secret(archive: ArchiveState) -> Digest {
        var writer = ByteWriter()
        writer.write(text: "skein-recipe-secret-1")
        writer.write(base.key(archive: archive).digest)
        return chain(from: RecipeKey(ContentHash.of(writer.bytes))).digest
    }

    private func chain(from first: RecipeKey) -> RecipeKey {
        var key = first
        if !packages.isEmpty {
            var writer = ByteWriter()
            writer.write(text: "skein-packages-1")
            writer.write(key.digest)
            for package in packageSet { writer.write(text: package) }
            key = RecipeKey(ContentHash.of(writer.bytes))
        }
        for step in steps {
            var writer = ByteWriter()
            writer.write(text: "skein-step-1")
            writer.write(key.digest)
            step.write(to: &writer)
            key = RecipeKey(ContentHash.of(writer.bytes))
        }
        return key
    }
}

extension RecipeStep {
    /// Canonical bytes: a kind, then every field with its length.
    fileprivate func write(to writer: inout ByteWriter) {
        switch self {
        case .user(let user):
            writer.write(UInt8(1))
            writer.write(text: user.name)
            writer.write(UInt8(user.uid == nil ? 0 : 1))
            writer.write(user.uid ?? 0)
        case .file(let file):
            writer.write(UInt8(2))
            writer.write(text: file.path)
            writer.write(field32: file.content)
            writer.write(file.mode)
            writer.write(text: file.owner)
            writer.write(text: file.group)
        case .run(let command):
            writer.write(UInt8(3))
            writer.write(field32: Array(command.utf8))
        }
    }
}
