/// A network as the bound of a distribution sees it: hosts in a tree of groups, and who holds what at the start.
///
/// Rates are bytes per second, seen from the member: `up` leaves a host or group, `down` enters it; nil is unlimited.
/// Every host wants everything.
public struct BoundNetwork: Sendable {
    /// One that can copy: what it received it can send many times.
    public struct Host: Sendable {
        public var up: Double?
        public var down: Double?
        /// A place in ``BoundNetwork/groups``; nil: directly at the root.
        public var group: Int?
        /// The parts that it holds at the start, as places in ``BoundNetwork/parts``.
        public var held: Set<Int>
        /// Seconds from the start until it can receive.
        public var start: Double

        public init(
            up: Double? = nil, down: Double? = nil, group: Int? = nil, held: Set<Int> = [], start: Double = 0
        ) {
            self.up = up
            self.down = down
            self.group = group
            self.held = held
            self.start = start
        }
    }

    /// A switch with one link to the rest, which cannot copy: a rack, a site.
    public struct Group: Sendable {
        public var up: Double?
        public var down: Double?
        /// The group that it is in, which has a lower place than its own; nil: the root.
        public var parent: Int?

        public init(up: Double? = nil, down: Double? = nil, parent: Int? = nil) {
            self.up = up
            self.down = down
            self.parent = parent
        }
    }

    public var hosts: [Host]
    public var groups: [Group]
    /// What is to be distributed, cut by who holds it at the start (such as one part an image): the share of all bytes
    /// that each part has. They add up to 1.
    public var parts: [Double]

    public init(hosts: [Host], groups: [Group] = [], parts: [Double] = [1]) {
        precondition(
            groups.indices.allSatisfy { groups[$0].parent ?? -1 < $0 }, "a group comes after the group that it is in")
        self.hosts = hosts
        self.groups = groups
        self.parts = parts
    }

    /// The share of all bytes that a host lacks at the start.
    public func need(ofHost host: Int) -> Double {
        let held = hosts[host].held
        if held.isEmpty { return 1 }
        return parts.indices.reduce(0) { held.contains($1) ? $0 : $0 + parts[$1] }
    }
}
