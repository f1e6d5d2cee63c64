public import Basics

/// Carries news between the group of a site and the group of all sites' bridges, for as long as this peer is a bridge.
///
/// A pure machine beside two ``Membership`` machines: the shell tells it what changed in either, calls ``update`` when
/// ``nextDeadline`` is due, and carries out what it asks for. A site's group never grows with the number of sites, and the
/// bridges' group is one of some hundred members: that is how a hundred thousand peers hear an announcement.
public struct SiteRelay: Sendable {
    /// One of the two groups of a bridge.
    public enum Group: Hashable, Sendable {
        case site
        case bridges
    }

    public enum Output: Hashable, Sendable {
        /// Take part in the group of bridges: these are there.
        case join([PeerAddress])
        /// Say goodbye to it.
        case leave
        /// Announce an item in a group; an empty body withdraws it.
        case announce(Group, RecordKind, item: UInt8, body: [UInt8])
    }

    public let ownID: PeerID
    public let site: String
    public let settings: Settings
    /// Where others of the group of bridges may be found at first, as configured.
    public let gateways: [PeerAddress]
    public private(set) var isBridge = false
    /// When ``update`` is due.
    public private(set) var nextDeadline = Instant.never
    /// What found no room in a group, at the last update.
    public var leftOut: Int { exported.leftOut + imported.leftOut + directory.leftOut }

    private var exported = ItemTable<UInt64>()
    private var summary = ItemTable<UInt64>()
    private var imported = ItemTable<UInt64>()
    private var directory = ItemTable<UInt64>()
    private var lastUpdate = Instant.origin
    private var toldSummary: (SiteSummary, at: Instant)?
    /// When the directory was last told, or this peer became a bridge.
    private var lastDirectory = Instant.origin
    private var bridgeSince = Instant.origin

    public struct Settings: Hashable, Sendable {
        /// What changes within such a time is carried together.
        public var spacing: Duration = .milliseconds(50)
        /// How often the summary is looked at while nothing else happens, and the least time between two.
        public var summaryInterval: Duration = .seconds(10)
        /// The least time between two changes of the directory: hundreds of summaries come one by one.
        public var directoryInterval: Duration = .seconds(3)

        public init() {}
    }

    public init(ownID: PeerID, site: String, gateways: [PeerAddress], settings: Settings = Settings()) {
        self.ownID = ownID
        self.site = site
        self.gateways = gateways
        self.settings = settings
    }

    /// Something happened in one of the groups.
    public mutating func note(_ event: MembershipEvent, in group: Group, now: Instant) {
        switch event {
        case .joined, .alive, .dead, .left, .forgotten: break
        case .recordChanged(_, let kind): guard isBridge, kind != .pulse, kind != .card else { return }
        case .suspected, .refuted, .echoed: return
        }
        nextDeadline = min(nextDeadline, max(now, lastUpdate + settings.spacing))
    }

    /// The daemon starts.
    public mutating func start(now: Instant) { nextDeadline = now }

    /// Looks at both groups, and says what is to be done; `bridges` is nil while this peer takes no part there.
    public mutating func update(
        site group: Membership, bridges: Membership?, now: Instant, into outputs: inout [Output]
    ) {
        guard nextDeadline <= now else { return }
        lastUpdate = now
        let ours = group.bridges
        let wasBridge = isBridge
        isBridge = ours.contains(ownID)
        nextDeadline = isBridge ? now + settings.summaryInterval : .never
        if isBridge, !wasBridge {
            lastDirectory = now
            bridgeSince = now
            outputs.append(.join(group.bridgeAddresses(of: ours) + group.foreignBridges + gateways))
        }
        if !isBridge {
            guard wasBridge else { return }
            tellNothing(&outputs)
            return outputs.append(.leave)
        }
        // The first look comes when the group is joined.
        guard let bridges else { return nextDeadline = now + settings.spacing }
        export(group, ours, now, &outputs)
        relay(bridges, ours, &outputs)
        if lastDirectory + settings.directoryInterval <= now {
            lastDirectory = now
            list(bridges, ours, &outputs)
        } else {
            nextDeadline = min(nextDeadline, lastDirectory + settings.directoryInterval)
        }
    }

    private mutating func tellNothing(_ outputs: inout [Output]) {
        announce(imported.tell([], room: 0), .relayed, in: .site, &outputs)
        announce(directory.tell([], room: 0), .siteDirectory, in: .site, &outputs)
        exported = ItemTable<UInt64>()
        summary = ItemTable<UInt64>()
        toldSummary = nil
    }

    private func announce(
        _ changes: [ItemTable<UInt64>.Change], _ kind: RecordKind, in group: Group, _ outputs: inout [Output]
    ) {
        for change in changes { outputs.append(.announce(group, kind, item: change.item, body: change.body)) }
    }

    // MARK: Out of the site

    private mutating func export(_ group: Membership, _ ours: Bridges, _ now: Instant, _ outputs: inout [Output]) {
        var wanted: [(key: UInt64, body: [UInt8])] = []
        for kind in SiteRelay.carried {
            for record in group.records(of: kind) {
                let key = SiteRelay.hash(record.name)
                guard ours.carrier(of: key) == ownID, let card = group.card(of: record.owner),
                    let relayed = RelayedRecord(record, certificate: card.certificate)
                else { continue }
                wanted.append((key, relayed.encoded()))
            }
        }
        announce(exported.tell(wanted, room: SiteRelay.room), .relayed, in: .bridges, &outputs)
        let isSummarist = ours.carrier(of: SiteRelay.summaryHash) == ownID
        var bodies: [(key: UInt64, body: [UInt8])] = []
        if isSummarist {
            let told = summarize(group, ours, now)
            bodies.append((0, told.encoded()))
        } else {
            toldSummary = nil
        }
        announce(summary.tell(bodies, room: 1), .siteSummary, in: .bridges, &outputs)
    }

    /// The summary that is told: a new one when enough has changed and some time is over.
    private mutating func summarize(_ group: Membership, _ ours: Bridges, _ now: Instant) -> SiteSummary {
        if let toldSummary {
            // A site that starts is soon told as it is; later nothing is urgent.
            let age = toldSummary.at - bridgeSince
            let due = toldSummary.at + min(settings.summaryInterval, max(settings.directoryInterval, age))
            guard due <= now else {
                nextDeadline = min(nextDeadline, due)
                return toldSummary.0
            }
        }
        let current = group.summary(of: site, bridges: ours)
        if let toldSummary, !current.isNews(after: toldSummary.0) { return toldSummary.0 }
        toldSummary = (current, now)
        return current
    }

    // MARK: Into the site

    private mutating func relay(_ bridges: Membership, _ ours: Bridges, _ outputs: inout [Output]) {
        var wanted: [(key: UInt64, body: [UInt8])] = []
        for relayed in bridges.relayedRecords(except: site) {
            let key = SiteRelay.hash(relayed.record.name)
            if ours.carrier(of: key) == ownID { wanted.append((key, relayed.encoded())) }
        }
        announce(imported.tell(wanted, room: SiteRelay.room), .relayed, in: .site, &outputs)
    }

    private mutating func list(_ bridges: Membership, _ ours: Bridges, _ outputs: inout [Output]) {
        let lines = bridges.directoryLines(except: site).filter {
            ours.carrier(of: SiteRelay.hash($0.site)) == ownID
        }
        var bodies: [(key: UInt64, body: [UInt8])] = []
        for start in stride(from: 0, to: lines.count, by: GossipLimits.directoryLines) {
            let part = lines[start..<min(lines.count, start + GossipLimits.directoryLines)]
            bodies.append((UInt64(start), SiteDirectory(Array(part)).encoded()))
        }
        announce(directory.tell(bodies, room: SiteRelay.directoryRoom), .siteDirectory, in: .site, &outputs)
    }

    // MARK: Who carries what

    static let carried: [RecordKind] = [.installIntent, .recipeEntry, .linkObservations]
    /// A bridge's own items of other kinds need some room as well.
    private static let directoryRoom = GossipLimits.directorySites / GossipLimits.directoryLines / 2
    private static let room = GossipLimits.itemsPerOwner - directoryRoom - 16
    private static let summaryHash: UInt64 = 1

    static func hash(_ name: RecordName) -> UInt64 {
        DigestParts.mix(name.owner.digest.prefix, UInt64(name.kind.raw) << 8 | UInt64(name.item))
    }

    static func hash(_ site: String) -> UInt64 {
        site.utf8.reduce(2) { DigestParts.mix($0, UInt64($1)) }
    }
}
