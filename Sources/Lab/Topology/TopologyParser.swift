import Basics
import StrictYAML

/// Turns the YAML of a topology file into a ``Topology``: first the places, then what refers to them.
struct TopologyParser {
    static let keys = [
        "version", "name", "description", "labels", "addresses", "capacity", "sites", "source", "image", "images",
        "previous",
        "join", "events",
    ]

    func topology(_ root: YAMLValue) throws(SkeinError) -> Topology {
        let file = try root.mapping("a topology file")
        if let version = file["version"] {
            let number = try version.int("version", in: 1...Int.max)
            guard number <= LabLimits.topologyVersion else {
                throw version.failure(
                    "the file is of version \(number); this skein reads up to \(LabLimits.topologyVersion)",
                    next: "use a newer skein")
            }
        }
        try file.allow(only: Self.keys)
        let name = try Self.name(file.require("name"), "name")
        let description = try file["description"]?.string("description") ?? ""
        let labels: Topology.Labels = try file["labels"]?.choice("labels") ?? .shown
        let addresses: Topology.Addresses = try file["addresses"]?.choice("addresses") ?? .ordered
        let capacity = try file["capacity"].map(Self.capacity) ?? HostCapacity()

        var places = PlaceParser(capacity: capacity)
        let sites = try places.sites(file.require("sites"))
        let directory = try HostDirectory(sites: sites, drafts: places.hosts, sitesValue: file.require("sites"))

        let sources =
            try file["source"].map { value throws(SkeinError) in try directory.hostList(value, "source") } ?? [0]
        let images = try ImageParser(directory: directory, sources: sources).images(file)
        let holders = Set(images.flatMap(\.sources)).union(sources)
        return Topology(
            name: name, description: description, labels: labels, addresses: addresses, sites: sites,
            hosts: directory.hosts, sources: sources, images: images,
            joins: try joins(file["join"], directory, sources: holders),
            events: try EventParser(directory: directory).events(file["events"]))
    }

    private func joins(
        _ value: YAMLValue?, _ directory: HostDirectory, sources: Set<Int>
    ) throws(SkeinError) -> [Topology.Join] {
        guard let value else { return [] }
        let map = try value.mapping("join")
        var joins: [Topology.Join] = []
        for (name, time) in map.keys {
            let host = try directory.host(name, at: map.place(of: name))
            guard !sources.contains(host) else {
                throw map.place(of: name).failure("\(name) is a source and cannot join late")
            }
            guard !joins.contains(where: { $0.host == host }) else {
                throw map.place(of: name).failure("\(name) is given twice")
            }
            joins.append(Topology.Join(host: host, at: try time.duration("join of \(name)")))
        }
        return joins
    }

    /// A name: letters, digits, `-` and `_`, beginning with a letter or digit.
    static func name(_ value: YAMLValue, _ what: String) throws(SkeinError) -> String {
        let text = try value.string(what)
        guard text.utf8.count <= FormatLimits.nameBytes else {
            throw value.failure(
                "\(what) is too long: \(text.utf8.count) bytes, at most \(FormatLimits.nameBytes) are possible")
        }
        guard let first = text.utf8.first, isNameByte(first), first != UInt8(ascii: "-"), first != UInt8(ascii: "_"),
            text.utf8.allSatisfy(isNameByte)
        else {
            throw value.failure("\(what) must be made of letters, digits, - and _, and begin with a letter or digit")
        }
        return text
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    static func capacity(_ value: YAMLValue) throws(SkeinError) -> HostCapacity {
        let map = try value.mapping("capacity")
        try map.allow(only: ["memory", "vcpus"])
        let memory = try map["memory"]?.byteCount("capacity.memory", in: .mebibytes(1)...(.gibibytes(65_536)))
        return HostCapacity(memory: memory, vcpus: try map["vcpus"]?.int("capacity.vcpus", in: 1...65_536))
    }

    static func link(_ value: YAMLValue, _ what: String) throws(SkeinError) -> LinkShape {
        let map = try value.mapping(what)
        try map.allow(only: ["up", "down", "delay"])
        return try link(map, what)
    }

    static func link(_ map: YAMLMapping, _ what: String) throws(SkeinError) -> LinkShape {
        let delay = try map["delay"]?.duration("\(what).delay")
        if let delay, delay > .seconds(60), let value = map["delay"] {
            throw value.failure("\(what).delay must be at most 60s")
        }
        return LinkShape(
            up: try map["up"]?.bitRate("\(what).up"), down: try map["down"]?.bitRate("\(what).down"), delay: delay)
    }
}
