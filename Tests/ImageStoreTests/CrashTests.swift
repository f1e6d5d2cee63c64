import Basics
import Foundation
import Glibc
import ImageStore
import Testing

/// Whatever a crash leaves, no row of the catalog is without its bytes, and what is whole is kept.
struct CrashTests {
    /// A copy of a store that is open, as if the process had been killed now.
    private func killed(_ workspace: Workspace, _ store: LocalStore, as name: String) throws -> String {
        let copy = "\(workspace.path)/\(name)"
        try FileManager.default.copyItem(atPath: workspace.storePath, toPath: copy)
        return copy
    }

    private func isWhole(_ store: LocalStore) throws -> Bool {
        let report = try store.verifyAll()
        let rows = try store.chunkCount()
        return report.isSound && report.checkedChunks == rows
    }

    @Test func `a pack torn at any point keeps its whole records, and goes on`() throws {
        let workspace = try Workspace()
        let original = try workspace.open()
        defer { original.close() }
        let chunks = (0..<12).map { Samples.chunk(seed: $0, length: 3000 + Int($0) * 5000) }
        try original.commit(chunks)
        let records = try RecordMap(workspace.firstPack)
        let ends = records.starts.dropFirst() + [records.size]
        var source = RandomSource(seed: 4)
        let cuts =
            [0, 7, 16, records.size - 1, records.starts[5]]
            + (0..<12).map { _ in Int.random(in: 0..<records.size, using: &source) }
        for cut in cuts {
            let path = try killed(workspace, original, as: "cut-\(cut)")
            #expect(truncate("\(path)/packs/00000001.pack", cut) == 0)
            let store = try LocalStore.open(directory: path)
            let kept = ends.filter { $0 <= cut }.count
            #expect(try store.chunkCount() == kept && store.recovery.droppedRows == 12 - kept)
            #expect(try isWhole(store))
            try store.commit(chunks)
            #expect(try store.chunkCount() == 12 && isWhole(store))
            store.close()
            let again = try LocalStore.open(directory: path)
            #expect(try again.recovery.isClean && again.chunkCount() == 12 && isWhole(again))
            again.close()
            try FileManager.default.removeItem(atPath: path)
        }
    }

    @Test func `bytes without rows are adopted when whole, and cut off when torn`() throws {
        let workspace = try Workspace()
        let original = try workspace.open()
        defer { original.close() }
        let chunks = Samples.chunks(6, seed: 8)
        try original.commit(Array(chunks[..<3]))
        let path = try killed(workspace, original, as: "orphans")
        try original.commit(Array(chunks[3...]))
        // The pack of later and the catalog of before; then a torn record, and garbage behind it.
        var pack = try workspace.bytes(workspace.firstPack)
        pack += pack[16..<100_000] + Samples.random(5000, seed: 1)
        try Data(pack).write(to: URL(fileURLWithPath: "\(path)/packs/00000001.pack"))
        let store = try LocalStore.open(directory: path)
        defer { store.close() }
        #expect(store.recovery.adoptedChunks == 3 && store.recovery.truncatedBytes == 99_984 + 5000)
        #expect(try store.chunkCount() == 6 && isWhole(store))
    }

    @Test(arguments: ["missing", "garbage", "half", "not ours"])
    func `a catalog that is gone or broken is made again from the packs`(how: String) throws {
        let workspace = try Workspace()
        var disk = Samples.random(3 << 20, seed: 2)
        disk += Samples.compressible(2 << 20, seed: 2)
        let first = try workspace.open()
        let image = try workspace.publish(first, "kept", disk: disk)
        first.close()
        let catalog = "\(workspace.storePath)/catalog.sqlite"
        switch how {
        case "missing": try FileManager.default.removeItem(atPath: catalog)
        case "garbage": try Data(Samples.random(90_000, seed: 3)).write(to: URL(fileURLWithPath: catalog))
        case "half": try Data(workspace.bytes(catalog).prefix(10_000)).write(to: URL(fileURLWithPath: catalog))
        default: try Data("SQLite format 3".utf8).write(to: URL(fileURLWithPath: catalog))
        }
        #expect(FileManager.default.contents(atPath: "\(catalog)-wal")?.isEmpty != false)
        let store = try workspace.open()
        defer { store.close() }
        #expect(store.recovery.rebuiltCatalog && store.recovery.adoptedChunks == image.distinctChunks)
        let key = try workspace.key(store, image.id)
        #expect(try store.verify(image.id, key: key).isSound)
        try store.export(image.id, to: "\(workspace.path)/out", key: key)
        #expect(try workspace.bytes("\(workspace.path)/out") == disk)
    }

    @Test func `a rebuild steps over rotten records`() throws {
        let workspace = try Workspace()
        let chunks = Samples.chunks(9, seed: 4)
        let first = try workspace.open()
        // A manifest-less chunk would be swept after a rebuild: publish, so that all are referenced.
        let image = try workspace.publish(first, "rotten", disk: chunks.flatMap(\.bytes))
        first.close()
        let records = try RecordMap(workspace.firstPack)
        try flip(workspace.firstPack, at: records.starts[2] + 1, bit: 2)
        try flip(workspace.firstPack, at: records.starts[5] + 70_000, bit: 2)
        try FileManager.default.removeItem(atPath: "\(workspace.storePath)/catalog.sqlite")
        let store = try workspace.open()
        defer { store.close() }
        #expect(store.recovery.damagedRecords >= 2)
        #expect(try store.chunkCount() == image.distinctChunks - 2 && isWhole(store))
        #expect(try !store.isComplete(image.id))
    }

    @Test func `a pack that vanished takes its rows with it`() throws {
        let workspace = try Workspace()
        let first = try workspace.open()
        try first.commit(Samples.chunks(3, seed: 4))
        first.close()
        try FileManager.default.removeItem(atPath: workspace.firstPack)
        let store = try workspace.open()
        defer { store.close() }
        #expect(try store.recovery.droppedRows == 3 && store.chunkCount() == 0)
    }

    @Test func `a publish that dies half way leaves nothing after the next start`() throws {
        let workspace = try Workspace()
        let original = try workspace.open()
        let file = try workspace.file("disk", Samples.random(30 << 20, seed: 1))
        let copies = Copies()
        let image = try original.publish(workspace.request("dying", parts: [("disk", file)])) { progress in
            guard progress.doneBytes.bytes > 20 << 20, copies.isFirst() else { return }
            try? FileManager.default.copyItem(atPath: workspace.storePath, toPath: "\(workspace.path)/killed")
        }
        original.close()
        let store = try LocalStore.open(directory: "\(workspace.path)/killed")
        defer { store.close() }
        #expect(try store.images().isEmpty && store.chunkCount() == 0)
        #expect(try store.state.highestVersion(of: "dying") == nil)
        #expect(image.isComplete)
    }

    @Test func `an assembly that dies half way is swept, and done again from the store`() throws {
        let workspace = try Workspace()
        let original = try workspace.open()
        defer { original.close() }
        let disk = Samples.random(3 << 20, seed: 1)
        let image = try workspace.publish(original, "half", disk: disk)
        let key = try workspace.key(original, image.id)
        let assembler = try original.assembler(for: image.id, key: key)
        let manifest = try #require(try original.manifest(image.id))
        for index in 0..<5 {
            try assembler.place(distinctIndex: index, chunk: original.read(manifest.distinctChunks[index].id))
        }
        let path = try killed(workspace, original, as: "killed")
        let partial = "\(path)/assembled/\(image.id).partial"
        #expect(FileManager.default.fileExists(atPath: partial))
        let store = try LocalStore.open(directory: path)
        defer { store.close() }
        #expect(!FileManager.default.fileExists(atPath: partial))
        #expect(try store.assembled(image.id) == nil)
        #expect(try workspace.bytes(store.assemble(image.id, key: key).disk) == disk)
    }
}
