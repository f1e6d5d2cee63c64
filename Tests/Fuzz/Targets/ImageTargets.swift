import Basics
import ImageStore
import Trust

/// What describes images, on disks and between peers.
extension FuzzTarget {
    static let images: [FuzzTarget] = [
        .exact("image-manifest", seeds: ManifestSamples.manifests) { bytes in
            guard let manifest = try? Manifest(decoding: bytes) else { return nil }
            _ = manifest.isSigned
            _ = try? manifest.open(with: ManifestSamples.key)
            return manifest.encoded()
        },
        .exact("image-header", seeds: { [ManifestSamples.manifest().header.encoded()] }) {
            try? ManifestHeader(decoding: $0).encoded()
        },
        .exact("image-page", seeds: { ManifestSamples.manifest().pages }) { try? ManifestPage(decoding: $0).encoded() },
        FuzzTarget("image-pages", seeds: ManifestSamples.pageStories, run: ManifestSamples.assemble),
        FuzzTarget("image-sealed-page", seeds: { [[1] + [UInt8](repeating: 0, count: 89)] }, bytes: sealedPage),
        FuzzTarget("image-pack-record", seeds: ManifestSamples.packRecords, run: packRecord),
        FuzzTarget("image-chunk", seeds: ChunkSamples.stories, run: ChunkSamples.decode),
        FuzzTarget("image-build-lines", seeds: { [buildLines, hugeNumbers] }) { (text: String) in
            var recorder = BuildRecorder(counts: [.users: 2, .files: 3])
            for line in text.split(separator: "\n") { _ = recorder.read(line) }
        },
    ]

    private static let buildLines = """
        phase base
        phase packages 2
        plan 2 upgraded, 14 newly installed, 0 to remove and 0 not upgraded.
        dlstatus:3:42.0:Retrieving file 3 of 14
        pmstatus:bash:42.0:Installed bash
        phase users
        item alice
        """

    private static let hugeNumbers = """
        plan 9223372036854775807 upgraded, 9223372036854775807 newly installed
        phase packages -9223372036854775808
        phase users 9223372036854775807
        item alice
        item bob
        """

    /// A page as a publisher could seal it, whatever is in it.
    private static func sealedPage(_ plain: [UInt8]) {
        guard plain.count <= ManifestLimits.sealedPageBytes - ManifestLimits.sealOverheadBytes else { return }
        var additional = ByteWriter()
        additional.write(bytes: "skein-sealed-1".utf8)
        additional.write(UInt32(1))
        let page = ManifestSamples.key.seal(plain, additional: additional.bytes)
        guard let secrets = try? SealedPart.openSecrets(page, at: 1, with: ManifestSamples.key) else { return }
        precondition(secrets.count * SealedChunk.byteCount == plain.count, "a sealed page gives another count")
    }

    /// As it is; and with the hash that its own parts ask for, since no input guesses one.
    private static func packRecord(_ bytes: UnsafeRawBufferPointer) {
        let record = try? PackRecord(decoding: Array(bytes))
        precondition(record == nil || record?.headBytes ?? 0 <= bytes.count, "a head beyond its bytes")
        var input = FuzzInput(bytes)
        let length = input.number16() << 3 | Int(input.byte())
        guard (1...FormatLimits.chunkBytes).contains(length),
            let tag = ChunkTag(bytes: Array(input.digest().bytes.prefix(ChunkTag.byteCount)))
        else { return }
        let slices = (0..<ChunkIdentity.sliceCount(of: length)).map { _ in input.digest() }
        let id = ContentHash.chunk(length: length, tag: tag, slices: slices)
        var writer = ByteWriter()
        writer.write(PackRecord.magic)
        writer.write(UInt32(length))
        writer.write(id.digest)
        writer.write(bytes: tag.bytes)
        for slice in slices { writer.write(slice) }
        let whole = try? PackRecord(decoding: writer.bytes)
        precondition(whole?.identity.id == id && whole?.headBytes == writer.bytes.count, "a true head is refused")
    }
}

/// Stored chunks whose plain bytes are what the input says they are.
enum ChunkSamples {
    private static let namespace = NamespaceKey(
        id: NamespaceID(.zero), epoch: 1, secret: [UInt8](repeating: 3, count: 32))

    /// A chunk that a hostile publisher seals: any bytes as a compressed form, any length promised.
    @Sendable static func decode(_ bytes: UnsafeRawBufferPointer) {
        var input = FuzzInput(bytes)
        let codec: ChunkCodec = input.byte() & 1 == 0 ? .zstd : .raw
        let plainLength = input.number16() << 3 | Int(input.byte() & 7)
        var stored = Array(input.rest())
        guard !stored.isEmpty, stored.count <= FormatLimits.chunkBytes else { return }
        let (secret, tag) = stored.withUnsafeMutableBytes { ChunkSeal.seal($0, codec: codec, key: namespace) }
        let slices = stride(from: 0, to: stored.count, by: FormatLimits.sliceBytes).map { start in
            stored.withUnsafeBytes {
                ContentHash.slice(
                    UnsafeRawBufferPointer(rebasing: $0[start..<min($0.count, start + FormatLimits.sliceBytes)]))
            }
        }
        let id = ContentHash.chunk(length: stored.count, tag: tag, slices: slices)
        guard
            let chunk = VerifiedChunk(
                verifying: StoredChunk(id: id, tag: tag, sliceHashes: slices, bytes: stored))
        else { preconditionFailure("a true chunk is refused") }
        let sealed = SealedChunk(codec: codec, secret: secret, plainDigest: .zero)
        let decoder = ChunkDecoder()
        let plain = decoder.decode(chunk, secret: sealed, plainLength: plainLength)
        precondition(plain == nil || plain?.count == plainLength, "a chunk of another length")
    }

    /// A frame of zstd that holds nine bytes as they are, and raw bytes.
    @Sendable static func stories() -> [[UInt8]] {
        let frame: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0x20, 9, 0x49, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
        return [[0, 0, 1, 1] + frame, [1, 0, 1, 0, 1, 2, 3, 4, 5, 6, 7, 8]]
    }
}
