import Basics

/// What a tool's run takes of the machine: every host's copies, in memory where they fit.
struct ToolNeeds: Sendable, Hashable {
    /// What the processes of one host may take; BitTorrent clients are the largest.
    static let processBytes: Int64 = 48 << 20

    let hosts: Int
    /// Of all images as they are: other tools move zeros as well.
    let copyBytes: Int64
    let imageBytes: Int64

    init(topology: Topology, fileBytes: (String) -> Int64) {
        hosts = topology.hosts.count
        let sizes = topology.images.map { image in
            switch image.content {
            case .generated(let size, _, _): (bytes: size.bytes, isMade: true)
            case .file(let path): (bytes: fileBytes(path), isMade: false)
            }
        }
        copyBytes = sizes.reduce(0) { $0 + $1.bytes }
        imageBytes = sizes.reduce(0) { $1.isMade ? $0 + $1.bytes : $0 }
    }

    var storeBytes: Int64 { Int64(hosts) * (copyBytes + (1 << 20)) + (64 << 20) }

    /// Whether the copies lie in memory.
    ///
    /// - Throws: `SkeinError` of code `resources` when they fit nowhere.
    func isInMemory(room: MachineRoom, wantsMemory: Bool, doing: String) throws(SkeinError) -> Bool {
        let processes = Int64(hosts) * Self.processBytes
        if wantsMemory, storeBytes + processes <= room.memoryBytes, imageBytes <= room.diskBytes { return true }
        guard processes <= room.memoryBytes, storeBytes + imageBytes <= room.diskBytes else {
            throw SkeinError(
                .resources, doing: doing,
                cause: "the copies of other tools need \(ByteCount(bytes: storeBytes)); there are "
                    + "\(ByteCount(bytes: room.memoryBytes)) of memory and \(ByteCount(bytes: room.diskBytes)) of disk",
                next: "use a smaller image or fewer hosts")
        }
        return false
    }
}
