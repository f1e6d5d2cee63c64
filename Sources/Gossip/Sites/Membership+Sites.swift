import Basics

/// What a group tells of sites: the bridges of this one, and what they say of others.
extension Membership {
    /// Who carries news between this group and other sites.
    public var bridges: Bridges {
        var bridges = Bridges()
        if phase == .running { bridges.consider(ownID) }
        for member in members.rows where member.state.isPresent { bridges.consider(member.id) }
        return bridges
    }

    /// Records of other sites' members, the newest of each name, in the order of owners, kinds and items.
    public var relayedRecords: [RelayedRecord] { relayedRecords(except: nil) }

    /// The same without those that were carried by members of a site: what it told itself.
    func relayedRecords(except site: String?) -> [RelayedRecord] {
        var newest: [RecordName: RelayedRecord] = [:]
        for carried in records(of: .relayed) where site == nil || !isOf(site, carried.owner) {
            guard let relayed = try? RelayedRecord(decoding: carried.body) else { continue }
            let name = relayed.record.name
            if let other = newest[name], other.record.version >= relayed.record.version { continue }
            newest[name] = relayed
        }
        return newest.values.sorted {
            let (a, b) = ($0.record, $1.record)
            return (a.owner, a.kind, a.item) < (b.owner, b.kind, b.item)
        }
    }

    /// The other sites, as the bridges of this one tell of them, in the order of their names.
    public var siteDirectory: [SiteDirectory.Line] {
        let bridges = self.bridges
        var lines: [String: (line: SiteDirectory.Line, isCarrier: Bool)] = [:]
        for record in records(of: .siteDirectory) where bridges.contains(record.owner) {
            guard let directory = try? SiteDirectory(decoding: record.body) else { continue }
            for line in directory.lines {
                // While bridges change two may tell of a site; the one whose it is knows better.
                let isCarrier = bridges.carrier(of: SiteRelay.hash(line.site)) == record.owner
                if lines[line.site]?.isCarrier != true { lines[line.site] = (line, isCarrier) }
            }
        }
        return lines.values.map(\.line).sorted { $0.site < $1.site }
    }

    /// Where bridges of other sites were last.
    var foreignBridges: [PeerAddress] { siteDirectory.compactMap(\.bridge) }

    /// Where the other bridges of this site are.
    func bridgeAddresses(of bridges: Bridges) -> [PeerAddress] {
        bridges.all.compactMap { $0 == ownID ? nil : members[$0]?.address }
    }

    /// In the group of bridges: the other sites, as their own bridges summarize them, in the order of their names.
    func directoryLines(except own: String) -> [SiteDirectory.Line] {
        var newest: [String: (summary: SiteSummary, version: UInt64, isPresent: Bool)] = [:]
        for record in records(of: .siteSummary) {
            guard let summary = try? SiteSummary(decoding: record.body), summary.site != own,
                isOf(summary.site, record.owner)
            else { continue }
            let isPresent = state(of: record.owner)?.isPresent == true
            if let other = newest[summary.site] {
                if other.isPresent && !isPresent { continue }
                if other.isPresent == isPresent, other.version >= record.version { continue }
            }
            newest[summary.site] = (summary, record.version, isPresent)
        }
        var present = Set<String>()
        for member in members.rows where member.state.isPresent {
            if let card = try? Card(decoding: member.card.body) { present.insert(card.site) }
        }
        return newest.values.map { found in
            let summary = found.summary
            return SiteDirectory.Line(
                site: summary.site, presentCount: present.contains(summary.site) ? summary.presentCount : 0,
                freeMemoryMiB: summary.freeMemoryMiB, vcpus: summary.vcpus, bridge: summary.bridges.first,
                holdings: summary.holdings.map(\.digest.prefix))
        }.sorted { $0.site < $1.site }.prefix(GossipLimits.directorySites).map { $0 }
    }

    /// How this site is, from the pulses of its members.
    func summary(of site: String, bridges: Bridges) -> SiteSummary {
        var summary = SiteSummary(
            site: site, presentCount: UInt32(presentCount), vcpus: 0, freeMemoryMiB: 0, totalMemoryMiB: 0,
            bridges: bridges.all.compactMap { $0 == ownID ? own.card.addresses[0] : members[$0]?.address },
            holdings: [])
        var holders: [ImageID: Int] = [:]
        func add(_ pulse: Pulse) {
            summary.vcpus += UInt32(pulse.vcpus)
            summary.freeMemoryMiB += UInt64(pulse.freeMemoryMiB)
            summary.totalMemoryMiB += UInt64(pulse.totalMemoryMiB)
            for image in pulse.holdings { holders[image, default: 0] += 1 }
        }
        add(own.announcedPulse)
        for member in members.rows where member.state.isPresent && member.pulse.isHeld {
            if let pulse = try? Pulse(decoding: member.pulse.body) { add(pulse) }
        }
        let ordered = holders.sorted { ($1.value, $0.key.digest.prefix) < ($0.value, $1.key.digest.prefix) }
        summary.holdings = ordered.prefix(GossipLimits.holdings).map(\.key)
        return summary
    }

    /// Whether a peer's own card says that it is of a site.
    private func isOf(_ site: String?, _ id: PeerID) -> Bool { card(of: id)?.site == site }
}
