import Basics
import Foundation
import ImageStore
import Testing
import Trust

/// What goes in comes out, byte by byte, whatever its size and content.
struct RoundTripTests {
    static let sizes = [0, 1, 511, 256 * 1024 - 1, 256 * 1024, 256 * 1024 + 1, 10 << 20]

    @Test(arguments: sizes, ["zeros", "random", "compressible", "mixed"])
    func `a file is exported and assembled as it was`(size: Int, kind: String) throws {
        let workspace = try Workspace()
        let store = try workspace.open()
        defer { store.close() }
        let bytes = Self.content(kind, size)
        let kernel = Samples.random(300_000, seed: 3)
        let image = try store.publish(
            workspace.request(
                "round/trip",
                parts: [("disk", try workspace.file("d", bytes)), ("kernel", try workspace.file("k", kernel))]))
        #expect(image.isComplete && image.version == 1)
        #expect(image.parts.map(\.name) == ["kernel", "disk"])
        let key = try workspace.key(store, image.id)

        try store.export(image.id, to: "\(workspace.path)/out", key: key)
        #expect(try workspace.bytes("\(workspace.path)/out") == bytes)

        let assembled = try store.assemble(image.id, key: key)
        #expect(try workspace.bytes(assembled.disk) == bytes)
        #expect(try workspace.bytes(try #require(assembled.kernel)) == kernel)
        #expect(assembled.initrd == nil && assembled.commandLine == "root=/dev/vda rw")
        if kind == "zeros" { #expect(workspace.allocatedBytes(assembled.disk) == 0) }

        let report = try store.verify(image.id, key: key)
        #expect(report.isSound && report.checkedPlain == image.distinctChunks)
        #expect(try Manifest(decoding: #require(try store.manifest(image.id)).encoded()).imageID == image.id)
    }

    static func content(_ kind: String, _ size: Int) -> [UInt8] {
        switch kind {
        case "zeros": [UInt8](repeating: 0, count: size)
        case "random": Samples.random(size, seed: UInt64(size))
        case "compressible": Samples.compressible(size, seed: UInt64(size))
        default:
            // Zeros, one chunk many times, and random chunks in turn.
            stride(from: 0, to: size, by: FormatLimits.chunkBytes).reduce(into: [UInt8]()) { bytes, offset in
                let length = min(FormatLimits.chunkBytes, size - offset)
                switch offset / FormatLimits.chunkBytes % 4 {
                case 0, 1: bytes += [UInt8](repeating: 0, count: length)
                case 2: bytes += Samples.random(length, seed: 7)
                default: bytes += Samples.random(length, seed: UInt64(offset))
                }
            }
        }
    }

    @Test func `a file with holes keeps them`() throws {
        let workspace = try Workspace()
        let store = try workspace.open()
        defer { store.close() }
        let piece = Samples.random(1000, seed: 1)
        let size: UInt64 = 3 << 30
        let file = try workspace.sparseFile(
            "disk", size: size, [(5, piece), (1 << 30, piece), (size - 1000, piece)])
        let image = try store.publish(workspace.request("holes", parts: [("disk", file)]))
        #expect(image.distinctChunks == 3)
        let assembled = try store.assemble(image.id, key: workspace.key(store, image.id))
        #expect(workspace.allocatedBytes(assembled.disk) <= 1 << 20)
        let handle = try #require(FileHandle(forReadingAtPath: assembled.disk))
        #expect(try handle.seekToEnd() == size)
        for offset in [5, 1 << 30, size - 1000] {
            try handle.seek(toOffset: offset)
            #expect(try handle.read(upToCount: 1000).map { [UInt8]($0) } == piece)
        }
    }

    @Test func `a tebibyte of zeros is a few bytes`() throws {
        let workspace = try Workspace()
        let store = try workspace.open()
        defer { store.close() }
        let file = try workspace.sparseFile("disk", size: 1 << 40, [])
        let image = try store.publish(workspace.request("zeros", parts: [("disk", file)]))
        let manifest = try #require(try store.manifest(image.id))
        #expect(manifest.encoded().count < 700 && manifest.distinctChunks.isEmpty)
        #expect(manifest.parts[0].entries == [.zeros(chunks: 1 << 22)])
        let assembled = try store.assemble(image.id, key: workspace.key(store, image.id))
        #expect(workspace.allocatedBytes(assembled.disk) == 0)
    }

    @Test func `a manifest of several pages holds together, and each page is verified alone`() throws {
        let workspace = try Workspace()
        let store = try workspace.open()
        defer { store.close() }
        // Every second chunk has some bytes: 1,100 chunks and 1,100 zero runs.
        let pieces = (0..<1100).map { (offset: UInt64($0) * 2 * 262_144, bytes: Samples.random(9, seed: UInt64($0))) }
        let file = try workspace.sparseFile("disk", size: 2200 * 262_144, pieces)
        let image = try store.publish(workspace.request("pages", parts: [("disk", file)]))
        let manifest = try #require(try store.manifest(image.id))
        #expect(manifest.pages.count == 3 && manifest.sealedPages.count == 3 && manifest.distinctChunks.count == 1100)
        let header = try ManifestHeader(decoding: manifest.headerBytes)
        #expect(header.imageID == image.id)
        for (index, page) in manifest.pages.enumerated() {
            let proof = manifest.proof(page: index)
            #expect(header.accepts(page: page, at: index, proof: proof))
            #expect(!header.accepts(page: page, at: (index + 1) % 3, proof: proof))
            #expect(!header.accepts(page: page.dropLast() + [page.last! ^ 1], at: index, proof: proof))
            #expect(!header.accepts(page: page, at: index, proof: Array(proof.dropLast())))
        }
        let key = try workspace.key(store, image.id)
        let sealed = try manifest.open(with: key)
        for (index, page) in manifest.sealedPages.enumerated() {
            #expect(header.accepts(sealedPage: page, at: index, proof: manifest.proof(sealedPage: index)))
            guard index > 0 else { continue }
            let secrets = try SealedPart.openSecrets(page, at: index, with: key)
            #expect(Array(sealed.chunks[(index - 1) * 1024..<min(1100, index * 1024)]) == secrets)
        }
        try store.export(image.id, to: "\(workspace.path)/out", key: key)
        #expect(try store.verify(image.id, key: key).isSound)
    }

    @Test func `many chunks of all sizes are kept by one commit, those that are there already are left`() throws {
        let workspace = try Workspace()
        let store = try workspace.open()
        defer { store.close() }
        let chunks = (0..<700).map { Samples.chunk(seed: UInt64($0), length: 1 + $0 * 37) }
        try store.commit(Array(chunks[200..<300]))
        let size = try workspace.bytes(workspace.firstPack).count
        #expect(try store.missing(of: chunks.map(\.id)).population == 600)
        try store.commit(chunks + chunks[..<10])
        #expect(try store.chunkCount() == 700 && store.missing(of: chunks.map(\.id)).isEmpty)
        let more = (chunks[..<200] + chunks[300...]).reduce(0) { $0 + 56 + 32 * $1.sliceHashes.count + $1.bytes.count }
        #expect(try workspace.bytes(workspace.firstPack).count == size + more)
        for chunk in chunks { #expect(try store.read(chunk.id) == chunk) }
    }
}
