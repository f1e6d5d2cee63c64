import Basics
import Foundation
import ImageStore
import Testing
import Trust

/// A byte that changes on disk is always found and never served.
struct DamageTests {
    @Test func `flipped bits at random offsets are all found by one scrub, and none is served`() throws {
        let workspace = try Workspace()
        let chunks = Samples.chunks(40, seed: 5)
        let store = try workspace.open()
        try store.commit(chunks)
        let records = try RecordMap(workspace.firstPack)
        #expect(records.starts.count == 40)
        var source = RandomSource(seed: 99)
        var harmed: Set<Int> = []
        for _ in 0..<30 {
            let offset = Int.random(in: 16..<records.size, using: &source)
            try flip(workspace.firstPack, at: offset, bit: Int.random(in: 0..<8, using: &source))
            harmed.insert(records.record(at: offset))
        }
        for (index, chunk) in chunks.enumerated() {
            if harmed.contains(index) {
                let error = #expect(throws: SkeinError.self) { try store.read(chunk.id) }
                #expect(error?.code == .corrupt)
            } else {
                #expect(try store.read(chunk.id) == chunk)
            }
        }
        // Reading quarantined them: they are missing now, and may be stored again.
        #expect(try Set(store.quarantined()) == Set(harmed.map { chunks[$0].id }))
        let missing = try store.missing(of: chunks.map(\.id))
        #expect(chunks.indices.allSatisfy { missing[$0] == harmed.contains($0) })
        try store.commit(chunks)
        #expect(try store.verifyAll().isSound)
        for chunk in chunks { #expect(try store.read(chunk.id) == chunk) }
        store.close()
    }

    @Test func `a scrub finds what nobody read`() throws {
        let workspace = try Workspace()
        let chunks = Samples.chunks(20, seed: 6)
        let store = try workspace.open()
        defer { store.close() }
        try store.commit(chunks)
        let records = try RecordMap(workspace.firstPack)
        try flip(workspace.firstPack, at: records.starts[7] + 5000, bit: 3)
        let report = try store.verifyAll()
        #expect(report.corrupt == [chunks[7].id] && report.checkedChunks == 19)
        #expect(try store.verifyAll().isSound)
    }

    @Test func `a harmed image is not complete, not assembled and not exported`() throws {
        let workspace = try Workspace()
        let store = try workspace.open()
        defer { store.close() }
        let image = try workspace.publish(store, "harmed", disk: Samples.random(2 << 20, seed: 1))
        let key = try workspace.key(store, image.id)
        try flip(workspace.firstPack, at: 100_000, bit: 0)
        let error = #expect(throws: SkeinError.self) { try store.assemble(image.id, key: key) }
        #expect(error?.code == .corrupt)
        #expect(try store.assembled(image.id) == nil)
        #expect(try !store.isComplete(image.id))
        #expect(throws: SkeinError.self) { try store.export(image.id, to: "\(workspace.path)/out", key: key) }
        #expect(!FileManager.default.fileExists(atPath: "\(workspace.path)/out"))
        #expect(!FileManager.default.fileExists(atPath: "\(workspace.path)/out.skein-partial"))
        let report = try store.verify(image.id, key: key)
        #expect(report.missing.count == 1 && report.checkedPlain == image.distinctChunks - 1)
    }

    @Test func `a chunk that does not fit its name is refused`() throws {
        let workspace = try Workspace()
        let store = try workspace.open()
        defer { store.close() }
        let good = Samples.chunk(seed: 1, length: 40_000)
        let other = Samples.chunk(seed: 2, length: 40_000)
        let bad = [
            StoredChunk(id: other.id, tag: good.tag, sliceHashes: good.sliceHashes, bytes: good.bytes),
            StoredChunk(id: good.id, tag: other.tag, sliceHashes: good.sliceHashes, bytes: good.bytes),
            StoredChunk(id: good.id, tag: good.tag, sliceHashes: other.sliceHashes, bytes: good.bytes),
            StoredChunk(id: good.id, tag: good.tag, sliceHashes: good.sliceHashes, bytes: other.bytes),
            StoredChunk(id: good.id, tag: good.tag, sliceHashes: good.sliceHashes, bytes: good.bytes.dropLast()),
            StoredChunk(id: good.id, tag: good.tag, sliceHashes: good.sliceHashes, bytes: good.bytes + [0]),
            StoredChunk(id: good.id, tag: good.tag, sliceHashes: [], bytes: []),
        ]
        for chunk in bad {
            #expect(throws: SkeinError.self) { try store.commit([good, chunk]) }
            #expect(VerifiedChunk(verifying: chunk) == nil)
        }
        #expect(try store.chunkCount() == 0)
    }

    @Test func `a collector takes right slices only, in any order, and then needs no second hashing`() throws {
        let chunk = Samples.chunk(seed: 3, length: 100_001)
        let identity = try #require(
            ChunkIdentity(id: chunk.id, length: 100_001, tag: chunk.tag, sliceHashes: chunk.sliceHashes))
        #expect(ChunkIdentity(id: chunk.id, length: 100_000, tag: chunk.tag, sliceHashes: chunk.sliceHashes) == nil)
        #expect(ChunkIdentity(id: chunk.id, length: -1, tag: chunk.tag, sliceHashes: chunk.sliceHashes) == nil)
        var collector = ChunkCollector(identity)
        let hasher = SliceHasher()
        func accept(_ slice: [UInt8], at index: Int) -> Bool {
            var isRight = false
            slice.withUnsafeBytes { hasher.add($0) }
            hasher.finish { isRight = collector.accept($1, at: index) }
            return isRight
        }
        #expect(identity.sliceHashes.count == 7)
        for index in [3, 0, 6, 6, 2, 5, 1, 4] {
            var slice = Array(chunk.bytes[identity.range(ofSlice: index)])
            #expect(accept(slice, at: index))
            #expect(!accept(slice, at: (index + 1) % 7))
            #expect(!accept(slice, at: 7))
            #expect(!accept(slice, at: -1))
            slice[slice.count / 2] ^= 4
            #expect(!accept(slice, at: index))
        }
        #expect(collector.isComplete)
        #expect(collector.finish()?.chunk == chunk)
        #expect(ChunkCollector(identity).finish() == nil)
    }
}
