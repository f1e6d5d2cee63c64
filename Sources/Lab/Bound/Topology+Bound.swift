import Basics
import Pipeline

extension Topology {
    /// The physical limit of installing the images everywhere, in seconds from the start of the install, one figure a
    /// host in the order of ``hosts``: nil for a host that holds everything, and where nothing limits it.
    ///
    /// A host that joins at t cannot be done before t and its bytes over its own downlink. Where an event gives a link
    /// more than the file does, the larger rate counts. Deaths, cuts and lower rates are not considered: the bound is
    /// that of the undisturbed network. Delays are not either, nor set-up and the last write.
    ///
    /// - Parameters:
    ///   - storedBytes: for each of ``images``, what a host without it (and without a previous version) has to get.
    ///   - goodputShare: the bytes that arrive over the bytes that the declared rate would carry; 1 gives the bound at
    ///     the declared rates.
    ///   - unshapedRate: bytes per second that a host without a declared rate sends and gets; nil: without limit.
    ///     Unshaped links of racks and sites never limit.
    public func bounds(storedBytes: [Int64], goodputShare: Double, unshapedRate: Double?) -> [Double?] {
        precondition(storedBytes.count == images.count, "each image has its stored bytes")
        // A part an image: of the next version of an image, the hosts lack what changed.
        let parts = zip(images, storedBytes).map { Double($1) * ($0.changedSincePrevious ?? 1) }
        let bytes = parts.reduce(0, +)
        guard bytes > 0 else { return hosts.map { _ in nil } }
        let rates = BoundRates(events: events, goodputShare: goodputShare, unshapedRate: unshapedRate)
        let network = BoundNetwork(
            hosts: boundHosts(rates), groups: boundGroups(rates), parts: parts.map { $0 / bytes })
        return LowerBound.seconds(network, bytes: bytes).map { $0 > 0 ? $0 : nil }
    }

    /// The last host's bound at the declared rates when no byte of the images can be saved, or nil.
    ///
    /// What an image that is a file of the machine has is not known, so it counts as nothing.
    public var nominalBound: Double? {
        let bytes = images.map { image in
            switch image.content {
            case .generated(let size, let zero, _): Int64(Double(size.bytes) * (1 - zero))
            case .file: Int64(0)
            }
        }
        return bounds(storedBytes: bytes, goodputShare: 1, unshapedRate: nil).compactMap { $0 }.max()
    }

    private func boundHosts(_ rates: BoundRates) -> [BoundNetwork.Host] {
        let joins = Dictionary(joins.map { ($0.host, $0.at) }) { first, _ in first }
        var held: [Int: Set<Int>] = [:]
        for (number, image) in images.enumerated() {
            for source in image.sources { held[source, default: []].insert(number) }
        }
        // The groups are the sites and, behind each of them, its racks.
        var firstGroups: [Int] = []
        var groups = 0
        for site in sites {
            firstGroups.append(groups)
            groups += 1 + site.racks.count
        }
        return hosts.map { host in
            let shape = rates.ofHost(host)
            return BoundNetwork.Host(
                up: shape.up, down: shape.down, group: firstGroups[host.site] + 1 + host.rack,
                held: held[host.index] ?? [], start: joins[host.index].map { $0 / .seconds(1) } ?? 0)
        }
    }

    private func boundGroups(_ rates: BoundRates) -> [BoundNetwork.Group] {
        var groups: [BoundNetwork.Group] = []
        for (number, site) in sites.enumerated() {
            let wan = rates.ofGroup(.site(number), declared: site.wan)
            let place = groups.count
            groups.append(BoundNetwork.Group(up: wan.up, down: wan.down))
            for (rackNumber, rack) in site.racks.enumerated() {
                let uplink = rates.ofGroup(.rack(site: number, rack: rackNumber), declared: rack.uplink)
                groups.append(BoundNetwork.Group(up: uplink.up, down: uplink.down, parent: place))
            }
        }
        return groups
    }
}
