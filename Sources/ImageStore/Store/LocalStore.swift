public import Basics
internal import Glibc
internal import Synchronization

/// The chunks, manifests and keys that one peer holds, in one directory that one process has open.
///
/// Calls block on disks and hash on the caller's thread; any number of threads may call at once. `docs/STORAGE.md`
/// gives every byte on disk and the order in which they become durable.
public final class LocalStore: Sendable {
    public let directory: String
    /// What cannot be rebuilt, and the small records of other modules.
    public let state: StateStore
    /// What opening had to put right.
    public let recovery: RecoveryReport

    let catalog: Catalog
    let packs: PackSet
    /// Appends to packs; whoever holds it appends for all who wait.
    let writer: Mutex<PackWriter>
    let tickets = Mutex<[CommitTicket]>([])
    let activity = Mutex<StoreActivity>(StoreActivity())
    /// Held while unreferenced chunks are looked for, and while a manifest is added or a publish begins.
    let sweepGate = Mutex<Void>(())
    /// Held while packs are compacted.
    let compaction = Mutex<Void>(())
    let decoders = Pool<ChunkDecoder> { ChunkDecoder() }
    private let lock: Mutex<StoreLock?>

    /// Opens the store in a directory, made when it is not there.
    ///
    /// Throws `conflict` at once, naming the process, when another has it open.
    public static func open(directory: String) throws(SkeinError) -> LocalStore {
        try LocalStore(directory: directory)
    }

    private init(directory: String) throws(SkeinError) {
        try Directory.make(directory)
        for child in ["packs", "assembled"] { try Directory.make("\(directory)/\(child)") }
        let lock = try StoreLock(directory: directory)
        let state = try StateStore(path: "\(directory)/state.sqlite")
        let packs = PackSet(directory: "\(directory)/packs")
        var recovery = StoreRecovery(directory: directory, packs: packs)
        let catalog = try recovery.openCatalog()
        let newest = try recovery.reconcile(catalog)
        try Directory.sync(directory)
        self.directory = directory
        self.lock = Mutex(lock)
        self.state = state
        self.packs = packs
        self.catalog = catalog
        self.recovery = recovery.report
        writer = Mutex(try PackWriter(packs: packs, newest: newest))
        try removeInterruptedAssemblies()
        if recovery.report.rebuiltCatalog { try state.setSweepDue(true) }
        // What cannot be swept now (a bad manifest, a full disk) is no reason to refuse to serve.
        if try state.isSweepDue() { _ = try? sweep() }
    }

    /// Closes the databases and lets another process open the store. Later calls throw.
    public func close() {
        let wasOpen = activity.withLock { activity in
            defer { activity.isClosed = true }
            return !activity.isClosed
        }
        guard wasOpen else { return }
        // Waits for the append that may be under way.
        writer.withLock { _ in
            // A catalog that cannot note its orderly end is examined at the next opening.
            try? catalog.markClosed()
            catalog.close()
            state.close()
        }
        lock.withLock { $0 = nil }
    }

    /// Bytes that may still be written on the store's file system.
    public func freeBytes() throws(SkeinError) -> ByteCount { try Directory.freeBytes(at: directory) }

    /// Bytes that packs and assembled images take on disk.
    public func usedBytes() throws(SkeinError) -> ByteCount {
        var total = try packs.totalBytes()
        for name in try Directory.names(in: assembledDirectory) {
            total += try Directory.usedBytes(in: "\(assembledDirectory)/\(name)")
        }
        return ByteCount(bytes: total)
    }

    var assembledDirectory: String { "\(directory)/assembled" }

    /// Seconds since 1970 by this host's clock.
    static func now() -> UInt64 { UInt64(max(0, time(nil))) }

    func checkOpen(_ doing: String) throws(SkeinError) {
        guard !activity.withLock({ $0.isClosed }) else {
            throw SkeinError(.cancelled, doing: doing, cause: "the store is closed")
        }
    }

    private func removeInterruptedAssemblies() throws(SkeinError) {
        for name in try Directory.names(in: assembledDirectory) where name.hasSuffix(".partial") {
            try Directory.removeFlat("\(assembledDirectory)/\(name)")
        }
    }
}
