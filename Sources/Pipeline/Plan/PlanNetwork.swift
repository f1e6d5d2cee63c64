/// A network as the planner sees it: hosts in a tree of groups, with rates in whole bytes per second.
///
/// Peers must derive identical plans, so everything is an integer and the order of hosts and groups is part of the value.
/// Rates are seen from the member: `up` leaves a host or group, `down` enters it.
public struct PlanNetwork: Hashable, Sendable {
    /// A peer that wants the image, or that holds all of it and only gives.
    public struct Host: Hashable, Sendable {
        public var up: Int
        public var down: Int
        /// A place in ``PlanNetwork/groups``.
        public var group: Int
        public var isHolder: Bool
        /// Its downlink does not take the rate of the others: it takes part in as many stripes as it can.
        public var isPartial = false
        /// As a partial host it does not take part in more stripes than it can pass on: it costs the others nothing.
        public var paysItsWay = true

        public init(
            up: Int = PlanNetwork.unlimited, down: Int = PlanNetwork.unlimited, group: Int = 0, isHolder: Bool = false
        ) {
            self.up = up
            self.down = down
            self.group = group
            self.isHolder = isHolder
        }
    }

    /// A rack or a site (or anything else with one link to the rest), which cannot copy.
    public struct Group: Hashable, Sendable {
        public var up: Int
        public var down: Int
        /// The group that it is in, which has a lower place than its own; the root's is itself.
        public var parent: Int

        public init(up: Int = PlanNetwork.unlimited, down: Int = PlanNetwork.unlimited, parent: Int = 0) {
            self.up = up
            self.down = down
            self.parent = parent
        }
    }

    /// A rate that no link has: what is not known to be limited.
    public static let unlimited = 1 << 40

    public var hosts: [Host]
    /// The root first: what all groups are in.
    public var groups: [Group]

    /// - Parameter groups: without the root; their `parent` counts it, so 0 is the root and 1 the first of them.
    public init(hosts: [Host], groups: [Group] = []) {
        self.hosts = hosts
        self.groups = [Group()] + groups
        precondition(
            self.groups.indices.allSatisfy { $0 == 0 || self.groups[$0].parent < $0 },
            "a group comes after the group that it is in")
    }
}
