internal import Basics
internal import Glibc

/// Opens the catalog and makes it agree with the packs: no row without its durable bytes.
struct StoreRecovery {
    let directory: String
    let packs: PackSet
    private(set) var report = RecoveryReport()

    init(directory: String, packs: PackSet) {
        self.directory = directory
        self.packs = packs
    }

    /// The catalog, remade when it is missing or corrupt.
    mutating func openCatalog() throws(SkeinError) -> Catalog {
        let path = "\(directory)/catalog.sqlite"
        let wasThere = Directory.exists(path)
        let hadPacks = try !packs.numbers().isEmpty
        do throws(SkeinError) {
            let catalog = try Catalog(path: path)
            report.rebuiltCatalog = !wasThere && hadPacks
            return catalog
        } catch {
            guard error.code == .corrupt else { throw error }
            for file in Catalog.files(path) { try Directory.removeFile(file) }
            report.rebuiltCatalog = true
            return try Catalog(path: path)
        }
    }

    /// Reconciles every pack; returns the newest one and where it ends.
    mutating func reconcile(_ catalog: Catalog) throws(SkeinError) -> (number: UInt32, end: Int64)? {
        let marks = try catalog.packMarks()
        let numbers = try packs.numbers()
        for number in marks.keys.sorted() where !numbers.contains(number) {
            report.droppedRows += try catalog.dropPack(number)
        }
        var newest: (number: UInt32, end: Int64)?
        for number in numbers {
            newest = (number, try reconcile(pack: number, described: marks[number], catalog))
        }
        return newest
    }

    private mutating func reconcile(
        pack number: UInt32, described: Int64?, _ catalog: Catalog
    ) throws(SkeinError) -> Int64 {
        let file = try packs.file(number)
        let size = try file.size()
        let start = Int64(PackSet.headerBytes)
        var scanFrom = max(described ?? start, start)
        if size < scanFrom {
            let (dropped, end) = try catalog.dropRows(inPack: number, beyond: size)
            report.droppedRows += dropped
            scanFrom = min(max(end ?? start, start), max(size, start))
        }
        let scan = try PackScanner(file: file, number: number).scan(from: scanFrom)
        report.damagedRecords += scan.damaged
        if scan.end < size {
            report.truncatedBytes += size - scan.end
            try file.truncate(to: scan.end)
        }
        guard scan.end != described || !scan.rows.isEmpty else { return scan.end }
        // What is found may be in memory only: make it durable before a row says so.
        try file.syncData()
        let before = try catalog.chunkCount()
        try catalog.insert(PackWriter.Appended(rows: scan.rows, marks: [number: scan.end]))
        report.adoptedChunks += try catalog.chunkCount() - before
        return scan.end
    }
}
