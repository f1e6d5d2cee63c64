public import Basics

extension Topology {
    /// The same network with images of another size, all their bytes random; one image when it has none.
    public func withImages(of size: ByteCount) -> Topology {
        let content = TopologyImage.Content.generated(size: size, zero: 0, compressible: 0)
        var resized = images.map {
            TopologyImage(
                name: $0.name, content: content, changedSincePrevious: $0.changedSincePrevious, sources: $0.sources)
        }
        if resized.isEmpty {
            resized = [TopologyImage(name: "image", content: content, changedSincePrevious: nil, sources: sources)]
        }
        return Topology(
            name: name, description: description, labels: labels, addresses: addresses, sites: sites, hosts: hosts,
            sources: sources, images: resized, joins: joins, events: events)
    }

    /// The same network with more sites of its shape, until it has `count` hosts.
    ///
    /// The file's sites come first and stay as they are; copies of them follow in their order, again and again, and the
    /// last copy is cut. Sources, joins and events stay those of the file, so nothing happens to a copied host. The
    /// second copy of site `tokyo` is `tokyo.3` and its hosts end in `.3`: a file has no names with a dot, so names stay
    /// unique. A count that the file has already gives the file's own network; callers check `count` against
    /// ``LabLimits/hosts``.
    public func scaled(toHosts count: Int) -> Topology {
        guard count > hosts.count else { return self }
        var sites = sites
        var hosts = hosts
        hosts.reserveCapacity(count)
        var copy = 2
        while hosts.count < count {
            for (number, site) in self.sites.enumerated() where hosts.count < count {
                let name = Self.name(site.name, copy: copy, number: number)
                sites.append(copied(site, name: name, copy: copy, place: sites.count, limit: count, to: &hosts))
            }
            copy += 1
        }
        return Topology(
            name: self.name, description: description, labels: labels, addresses: addresses, sites: sites, hosts: hosts,
            sources: sources, images: images, joins: joins, events: events)
    }

    /// One copy of a site, whose hosts are appended until there are `limit`.
    private func copied(
        _ site: TopologySite, name: String, copy: Int, place: Int, limit: Int, to all: inout [TopologyHost]
    ) -> TopologySite {
        var racks: [TopologySite.Rack] = []
        for rack in site.racks where all.count < limit {
            let first = all.count
            for original in hosts[rack.hosts.prefix(limit - first)] {
                let own = original.path.split(separator: "/").last ?? ""
                all.append(
                    TopologyHost(
                        index: all.count, path: "\(name)/\(rack.name)/\(own)",
                        name: Self.name(original.name, copy: copy, number: original.index), site: place,
                        rack: racks.count, link: original.link, capacity: original.capacity))
            }
            racks.append(TopologySite.Rack(name: rack.name, uplink: rack.uplink, hosts: first..<all.count))
        }
        return TopologySite(name: name, wan: site.wan, racks: racks)
    }

    /// The name of a copy; where it would be too long, one that says only what it is the copy of.
    private static func name(_ original: String, copy: Int, number: Int) -> String {
        let name = "\(original).\(copy)"
        return name.utf8.count <= FormatLimits.nameBytes ? name : "copy.\(copy).\(number)"
    }
}
