import Basics
import Foundation
import Glibc
import ImageStore
import Synchronization
import Testing
import Trust

/// Locks, names and versions, parents, removal, pins, cancellation, full disks, many threads.
struct StoreRulesTests {
    @Test func `a second opening is refused at once and names the holder`() throws {
        let workspace = try Workspace()
        let store = try workspace.open()
        let error = #expect(throws: SkeinError.self) { try workspace.open() }
        #expect(error?.code == .conflict && error?.cause.contains("process \(getpid())") == true)
        store.close()
        store.close()
        let closed = #expect(throws: SkeinError.self) { try store.read(Samples.chunk(seed: 1).id) }
        #expect(closed?.code == .cancelled)
        try workspace.open().close()
    }

    @Test func `committing twice stores once, and missing says what is not here`() throws {
        let workspace = try Workspace()
        let store = try workspace.open()
        defer { store.close() }
        let chunks = Samples.chunks(5, seed: 1)
        try store.commit(chunks + chunks)
        let size = try workspace.bytes(workspace.firstPack).count
        try store.commit(chunks)
        #expect(try workspace.bytes(workspace.firstPack).count == size && store.chunkCount() == 5)
        let other = Samples.chunk(seed: 77)
        let missing = try store.missing(of: [chunks[0].id, other.id, chunks[4].id])
        #expect(missing.population == 1 && missing[1])
        let error = #expect(throws: SkeinError.self) { try store.read(other.id) }
        #expect(error?.code == .notFound)
    }

    @Test func `many writers and readers at once lose nothing`() async throws {
        let workspace = try Workspace()
        let store = try workspace.open()
        let chunks = (0..<200).map { Samples.chunk(seed: $0, length: 1 + Int($0) * 331) }
        await withTaskGroup(of: Void.self) { group in
            for worker in 0..<4 {
                group.addTask {
                    for start in stride(from: 0, to: 200, by: 10) {
                        let batch = chunks[(start + worker * 50) % 200..<(start + worker * 50) % 200 + 10]
                        do {
                            try store.commit(Array(batch))
                            for chunk in batch { #expect(try store.read(chunk.id) == chunk) }
                        } catch {
                            Issue.record("\(error)")
                        }
                    }
                }
            }
        }
        #expect(try store.chunkCount() == 200)
        store.close()
        let again = try workspace.open()
        defer { again.close() }
        #expect(again.recovery.isClean)
        let report = try again.verifyAll()
        #expect(report.isSound && report.checkedChunks == 200)
    }

    @Test func `names resolve to the highest version, and never below what was seen`() throws {
        let workspace = try Workspace()
        let store = try workspace.open()
        defer { store.close() }
        let one = try workspace.publish(store, "team/base", disk: [1])
        let two = try workspace.publish(store, "team/base", disk: [2])
        let other = try workspace.publish(store, "other", disk: [3])
        #expect(one.version == 1 && two.version == 2)
        #expect(try store.resolve("team/base") == two.id && store.resolve("team/base@1") == one.id)
        #expect(try store.resolve(other.id.description) == other.id)
        #expect(try store.resolve(String(other.id.description.prefix(12))) == other.id)
        for unknown in ["nothing", "team/base@3", "team/base@x", "ffff", "Not a name", "", "a//b", "../x"] {
            #expect(throws: SkeinError.self) { try store.resolve(unknown) }
        }
        let stale = #expect(throws: SkeinError.self) {
            var request = workspace.request("other", parts: [("disk", try workspace.file("x", [1]))])
            request.version = 1
            return try store.publish(request)
        }
        #expect(stale?.code == .conflict)
        // Somebody published version 9; an attacker who hides it must not pass off version 2.
        try store.state.noteVersion(9, of: "team/base")
        try store.state.noteVersion(4, of: "team/base")
        let rollback = #expect(throws: SkeinError.self) { try store.resolve("team/base") }
        #expect(rollback?.code == .conflict)
        #expect(try store.resolve("team/base@2") == two.id && store.state.highestVersion(of: "team/base") == 9)
        #expect(try workspace.publish(store, "team/base", disk: [4]).version == 10)
        try store.remove(other.id)
        #expect(try workspace.publish(store, "other", disk: [3]).version == 2)
    }

    @Test func `a derived image takes over its parent's chunks, whatever the parent's level was`() throws {
        let workspace = try Workspace()
        let store = try workspace.open()
        defer { store.close() }
        var disk = Samples.compressible(8 << 20, seed: 1)
        var request = workspace.request("base", parts: [("disk", try workspace.file("base", disk))])
        request.compression = .zstd(level: 9)
        let base = try store.publish(request)
        disk[5 << 20] ^= 255
        disk += Samples.compressible(300_000, seed: 9)
        let last = Mutex(PublishProgress())
        request = workspace.request("derived", parts: [("disk", try workspace.file("new", disk))], parent: base.id)
        request.recipe = RecipeKey(ContentHash.of([9]))
        let derived = try store.publish(request) { progress in last.withLock { $0 = progress } }
        #expect(last.withLock { $0.reusedChunks } == 31 && last.withLock { $0.sealedChunks } == 3)
        let (mine, theirs) = (try chunks(of: derived.id, store), try chunks(of: base.id, store))
        #expect(mine.intersection(theirs).count == 31)
        #expect(try store.image(forRecipe: RecipeKey(ContentHash.of([9]))) == derived.id)
        try store.remove(base.id)
        let key = try workspace.key(store, derived.id)
        #expect(try store.verify(derived.id, key: key).isSound)
        #expect(try workspace.bytes(store.assemble(derived.id, key: key).disk) == disk)
    }

    private func chunks(of image: ImageID, _ store: LocalStore) throws -> Set<ManifestChunk> {
        Set(try store.requireManifest(image, doing: "testing").distinctChunks)
    }

    @Test func `removing gives space back, compacts packs and spares what is shared or pinned`() throws {
        let workspace = try Workspace()
        let store = try workspace.open()
        let common = Samples.random(1 << 20, seed: 1)
        let big = try workspace.publish(store, "big", disk: common + Samples.random(12 << 20, seed: 2))
        let small = try workspace.publish(store, "small", disk: common)
        #expect(try store.chunkCount() == 52)
        try store.state.pin(big.id, reason: "cluster hello")
        let pinned = #expect(throws: SkeinError.self) { try store.remove(big.id) }
        #expect(pinned?.code == .conflict && pinned?.cause.contains("cluster hello") == true)
        try store.state.unpin(big.id, reason: "cluster hello")
        let key = try workspace.key(store, small.id)
        do {
            let assembler = try store.assembler(for: big.id, key: workspace.key(store, big.id))
            let busy = #expect(throws: SkeinError.self) { try store.remove(big.id) }
            #expect(busy?.code == .conflict)
            let twice = #expect(throws: SkeinError.self) { try store.assembler(for: big.id, key: key) }
            #expect(twice?.code == .corrupt || twice?.code == .conflict)
            _ = consume assembler
        }
        let reclaimed = try store.remove(big.id)
        #expect(reclaimed.chunks == 48 && reclaimed.packBytes.bytes > 11 << 20)
        #expect(try store.images().map(\.id) == [small.id] && store.chunkCount() == 4)
        #expect(!FileManager.default.fileExists(atPath: workspace.firstPack))
        #expect(try store.verify(small.id, key: key).isSound)
        store.close()
        let again = try workspace.open()
        defer { again.close() }
        #expect(again.recovery.isClean)
        #expect(try again.verify(small.id, key: key).isSound)
        let gone = #expect(throws: SkeinError.self) { try again.remove(big.id) }
        #expect(gone?.code == .notFound)
    }

    @Test func `a cancelled or failed publish leaves nothing`() throws {
        let workspace = try Workspace()
        let store = try workspace.open()
        defer { store.close() }
        let file = try workspace.file("disk", Samples.random(24 << 20, seed: 1))
        let done = Mutex(Int64(0))
        var request = workspace.request("cancelled", parts: [("disk", file)])
        request.isCancelled = { done.withLock { $0 } > 12 << 20 }
        let cancelled = #expect(throws: SkeinError.self) {
            try store.publish(request) { progress in done.withLock { $0 = max($0, progress.doneBytes.bytes) } }
        }
        #expect(cancelled?.code == .cancelled)
        #expect(try store.chunkCount() == 0 && store.images().isEmpty)
        for parts in [
            [], [("disk", "\(workspace.path)/nowhere")], [("disk", workspace.path)], [("Disk", file)],
            [("disk", file), ("disk", file)],
        ] as [[(String, String)]] {
            #expect(throws: SkeinError.self) { try store.publish(workspace.request("failed", parts: parts)) }
        }
        for name in ["", "Upper", "a b", "-x", "a..b", String(repeating: "a", count: 64), "x/", "@1"] {
            let error = #expect(throws: SkeinError.self) {
                try store.publish(workspace.request(name, parts: [("disk", file)]))
            }
            #expect(error?.code == .usage)
        }
        #expect(try store.state.highestVersion(of: "failed") == nil && store.chunkCount() == 0)
    }

    @Test(.enabled(if: getuid() == 0, "mounting a small file system needs root"))
    func `a full disk is a clear error, and reading goes on`() throws {
        let workspace = try Workspace()
        let mount = "\(workspace.path)/small"
        try FileManager.default.createDirectory(atPath: mount, withIntermediateDirectories: true)
        #expect(Glibc.mount("tmpfs", mount, "tmpfs", 0, "size=64m") == 0)
        defer { #expect(umount(mount) == 0) }
        let store = try LocalStore.open(directory: "\(mount)/store")
        defer { store.close() }
        var stored: [StoredChunk] = []
        var failure: SkeinError?
        for seed in 0..<100 as Range<UInt64> where failure == nil {
            let batch = Samples.chunks(16, seed: seed * 1000)
            do {
                try store.commit(batch)
                stored += batch
            } catch {
                failure = error
            }
        }
        #expect(failure?.code == .resources && failure?.cause.contains("free") == true && stored.count >= 64)
        for chunk in stored { #expect(try store.read(chunk.id) == chunk) }
        let report = try store.verifyAll()
        #expect(report.isSound && report.checkedChunks == stored.count)
        // Space comes back: so does the service.
        #expect(Glibc.mount("tmpfs", mount, "tmpfs", UInt(MS_REMOUNT), "size=128m") == 0)
        try store.commit(Samples.chunks(16, seed: 9_000_000))
    }

    @Test func `packs are bounded, and records and pins last`() throws {
        let workspace = try Workspace()
        let store = try workspace.open()
        #expect(try store.state.nextIncarnation() == 1 && store.state.nextIncarnation(above: 41) == 42)
        try store.state.setRecord(kind: "cluster", name: "b", bytes: [2])
        try store.state.setRecord(kind: "cluster", name: "a", bytes: [1])
        try store.state.setRecord(kind: "cluster", name: "a", bytes: [3])
        try store.state.setRecord(kind: "peer", name: "a", bytes: [])
        try store.state.pin(ImageID(.zero), reason: "x")
        store.close()
        let again = try workspace.open()
        defer { again.close() }
        #expect(try again.state.incarnation() == 42)
        #expect(try again.state.records(kind: "cluster").map(\.name) == ["a", "b"])
        #expect(try again.state.record(kind: "cluster", name: "a") == [3])
        #expect(try again.state.record(kind: "peer", name: "a") == [])
        #expect(try again.state.pins(of: ImageID(.zero)) == ["x"])
        try again.state.removeRecord(kind: "cluster", name: "a")
        #expect(try again.state.record(kind: "cluster", name: "a") == nil)
        #expect(throws: SkeinError.self) {
            try again.state.setRecord(kind: "k", name: "n", bytes: [UInt8](repeating: 0, count: (4 << 20) + 1))
        }
        #expect(try again.freeBytes().bytes > 0 && again.usedBytes().bytes >= 0)
    }

    @Test func `a grant lets another host read`() throws {
        let workspace = try Workspace()
        let store = try workspace.open()
        defer { store.close() }
        let image = try workspace.publish(store, "granted", disk: Samples.random(400_000, seed: 1))
        let key = try workspace.key(store, image.id)
        let reader = PeerIdentity()
        #expect(try store.imageKey(for: image.id, identity: reader) == nil)
        let authority = try SiteAuthority(siteName: "lab", now: 1_000_000)
        let chain = try authority.issue(peer: reader, name: "reader", roles: [], now: 1_000_000)
        let grant = Grant.issue(image: image.id, key: key, to: chain.peer, by: workspace.identity)
        try store.add(grant: grant)
        #expect(try store.grants(of: image.id, to: reader.peerID) == [grant])
        #expect(try store.imageKey(for: image.id, identity: reader)?.bytes == key.bytes)
    }
}
