public import Basics

/// Decides which host runs which node: spread over the hosts, by free memory. A pure function.
public enum Placement {
    /// What a node needs.
    public struct Need: Hashable, Sendable {
        public var node: String
        public var memory: ByteCount

        public init(node: String, memory: ByteCount) {
            self.node = node
            self.memory = memory
        }
    }

    /// What a host has.
    public struct Room: Hashable, Sendable {
        public var peer: PeerID
        public var name: String
        public var free: ByteCount

        public init(peer: PeerID, name: String, free: ByteCount) {
            self.peer = peer
            self.name = name
            self.free = free
        }
    }

    /// The host of each node, in the order of the needs.
    ///
    /// The largest nodes choose first; a node goes to the host with the fewest nodes of this cluster that has room for
    /// it, among those to the one with the most free memory, among those to the lowest PeerID.
    ///
    /// - Throws: `SkeinError` of code `resources` with the numbers when a node fits nowhere.
    public static func place(_ needs: [Need], on rooms: [Room], cluster: String) throws(SkeinError) -> [PeerID] {
        var free = rooms.sorted { $0.peer < $1.peer }.map { (room: $0, left: $0.free, nodes: 0) }
        var result = [PeerID?](repeating: nil, count: needs.count)
        let order = needs.indices.sorted { (needs[$1].memory, $0) < (needs[$0].memory, $1) }
        for index in order {
            let need = needs[index]
            var best: Int?
            for host in free.indices where free[host].left >= need.memory {
                guard let other = best else {
                    best = host
                    continue
                }
                let fewer = free[host].nodes < free[other].nodes
                let roomier = free[host].nodes == free[other].nodes && free[host].left > free[other].left
                if fewer || roomier { best = host }
            }
            guard let best else { throw full(needs, index, rooms, cluster) }
            free[best].left = free[best].left - need.memory
            free[best].nodes += 1
            result[index] = free[best].room.peer
        }
        return result.compactMap { $0 }
    }

    private static func full(_ needs: [Need], _ index: Int, _ rooms: [Room], _ cluster: String) -> SkeinError {
        let asked = needs.reduce(ByteCount(bytes: 0)) { $0 + $1.memory }
        let free = rooms.reduce(ByteCount(bytes: 0)) { $0 + $1.free }
        let hosts = rooms.sorted { $0.name < $1.name }.prefix(8).map { "\($0.name) has \($0.free)" }
        let list = hosts.joined(separator: ", ") + (rooms.count > 8 ? ", …" : "")
        return SkeinError(
            .resources, doing: "placing \(needs.count) nodes of cluster \(cluster) on \(rooms.count) hosts",
            cause: "no host has \(needs[index].memory) free for node \(needs[index].node): "
                + "the cluster needs \(asked), the hosts have \(free) (\(list))",
            next: "ask for fewer or smaller nodes, or free hosts with `skein down`")
    }
}
