package import Basics

/// What a run takes of the machine, and where its parts go.
package struct ExperimentNeeds: Sendable, Hashable {
    /// Where the peers' data lies.
    package enum Place: Sendable, Hashable {
        case memory
        /// Chunks in memory, assembled copies on disk.
        case copiesOnDisk
        case disk
    }

    /// Anonymous memory of a peer at work: at rest, and what is on its way through it.
    static let peerBytes: Int64 = 30 << 20
    /// What each store takes beside its chunks: databases and their logs.
    static let storeBytes: Int64 = 1 << 20

    let hosts: Int
    /// Stored bytes that each host keeps, and bytes of its assembled copies; both versions of a next version.
    let chunkBytes: Int64
    let copyBytes: Int64
    /// Images to distribute, on disk.
    let imageBytes: Int64
    /// What `--keep` leaves, on disk.
    let keptBytes: Int64

    package init(topology: Topology, fileBytes: (String) -> Int64, keepsCopies: Bool) {
        hosts = topology.hosts.count
        var chunks: Int64 = 0
        var copies: Int64 = 0
        for image in topology.images {
            let size: Int64
            var stored: Double = 1
            switch image.content {
            case .generated(let bytes, let zero, _):
                size = bytes.bytes
                stored = 1 - zero
            case .file(let path): size = fileBytes(path)
            }
            let changed = image.changedSincePrevious
            chunks += Int64(Double(size) * stored * (1 + (changed ?? 0)))
            copies += Int64(Double(size) * stored) * (changed == nil ? 1 : 2)
        }
        chunkBytes = chunks
        copyBytes = copies
        imageBytes = topology.images.reduce(0) { total, image in
            let hasPrevious = image.changedSincePrevious != nil
            switch image.content {
            case .generated(let bytes, _, _): return total + bytes.bytes * (hasPrevious ? 2 : 1)
            case .file(let path): return total + (hasPrevious ? fileBytes(path) : 0)
            }
        }
        keptBytes = keepsCopies ? copyBytes * Int64(hosts) + imageBytes : 0
    }

    package func memoryBytes(_ place: Place) -> Int64 { storedMemoryBytes(place) + Int64(hosts) * Self.peerBytes }

    /// Of that, what the peers' data takes.
    func storedMemoryBytes(_ place: Place) -> Int64 {
        let each: Int64 =
            switch place {
            case .memory: chunkBytes + copyBytes + Self.storeBytes
            case .copiesOnDisk: chunkBytes + Self.storeBytes
            case .disk: 0
            }
        return Int64(hosts) * each
    }

    package func diskBytes(_ place: Place) -> Int64 {
        let each: Int64 =
            switch place {
            case .memory: 0
            case .copiesOnDisk: copyBytes
            case .disk: chunkBytes + copyBytes + Self.storeBytes
            }
        return Int64(hosts) * each + imageBytes + keptBytes
    }

    /// Where the data goes: in memory as far as it fits.
    ///
    /// - Throws: `SkeinError` of code `resources` with the sum, when it fits nowhere.
    package func place(room: MachineRoom, wantsMemory: Bool, doing: String) throws(SkeinError) -> Place {
        let places: [Place] = wantsMemory ? [.memory, .copiesOnDisk] : [.disk]
        for place in places where memoryBytes(place) <= room.memoryBytes && diskBytes(place) <= room.diskBytes {
            return place
        }
        let last = places[places.count - 1]
        throw SkeinError(
            .resources, doing: doing,
            cause: "it needs \(sum(last)); there are \(ByteCount(bytes: room.memoryBytes)) of memory and "
                + "\(ByteCount(bytes: room.diskBytes)) of disk",
            next: wantsMemory
                ? "use a smaller image or fewer hosts, keep stores on disk with --on-disk, or simulate the file"
                : "use a smaller image or fewer hosts, or simulate the file")
    }

    /// The sum, spelled out.
    package func sum(_ place: Place) -> String {
        func size(_ bytes: Int64) -> String { ByteCount(bytes: bytes).description }
        let peers = "\(hosts) peers x \(size(Self.peerBytes))"
        let chunks = "\(size(chunkBytes)) of chunks"
        let copies = "\(size(copyBytes)) of copies"
        let memory =
            switch place {
            case .memory: "\(peers) + \(hosts) x (\(chunks) + \(copies))"
            case .copiesOnDisk: "\(peers) + \(hosts) x \(chunks)"
            case .disk: peers
            }
        var disk = ["\(size(imageBytes)) of images"]
        switch place {
        case .memory: break
        case .copiesOnDisk: disk.append("\(hosts) x \(copies)")
        case .disk: disk.append("\(hosts) x (\(chunks) + \(copies))")
        }
        if keptBytes > 0 { disk.append("\(size(keptBytes)) to keep") }
        return "\(size(memoryBytes(place))) of memory (\(memory)) and \(size(diskBytes(place))) of disk "
            + "(\(disk.joined(separator: " + ")))"
    }
}
