import Basics
import StrictYAML

/// Reads the events of a file.
struct EventParser {
    let directory: HostDirectory

    func events(_ value: YAMLValue?) throws(SkeinError) -> [TopologyEvent] {
        guard let value else { return [] }
        var events: [TopologyEvent] = []
        for item in try value.list("events", limit: LabLimits.events) {
            events.append(try event(try item.mapping("an event"), number: events.count))
        }
        return events
    }

    private func event(_ map: YAMLMapping, number: Int) throws(SkeinError) -> TopologyEvent {
        try map.allow(
            only: [
                "at", "between", "kill", "stop", "partition", "for", "link", "up", "down", "delay", "seed",
                "include_source",
            ])
        let actions = ["kill", "stop", "partition", "link"].filter { map[$0] != nil }
        guard actions.count == 1, let action = actions.first, let value = map[action] else {
            throw map.value.failure("an event needs one of kill, stop, partition and link")
        }
        let seed = try map["seed"]?.int("seed", in: 0...Int.max) ?? number
        return TopologyEvent(
            occasion: try occasion(map), action: try self.action(action, value, map), seed: UInt64(seed))
    }

    private func occasion(_ map: YAMLMapping) throws(SkeinError) -> TopologyEvent.Occasion {
        switch (map["at"], map["between"]) {
        case (let at?, nil):
            return .at(try moment(at))
        case (nil, let between?):
            let ends = try between.list("between", limit: 2)
            guard ends.count == 2 else { throw between.failure("between needs two moments") }
            let first = try moment(ends[0])
            let last = try moment(ends[1])
            guard isOrdered(first, last) else {
                throw between.failure("between needs two moments of one kind, the earlier first")
            }
            return .between(first, last)
        case (nil, nil), (_?, _?):
            throw map.value.failure("an event needs either at or between")
        }
    }

    private func isOrdered(_ a: TopologyEvent.Moment, _ b: TopologyEvent.Moment) -> Bool {
        switch (a, b) {
        case (.time(let a), .time(let b)): a <= b
        case (.delivered(let a), .delivered(let b)): a <= b
        case (.copies(let a), .copies(let b)): a <= b
        case (.time, _), (.delivered, _), (.copies, _): false
        }
    }

    /// `3s`, `40%`, `1 copy` or `2 copies`.
    private func moment(_ value: YAMLValue) throws(SkeinError) -> TopologyEvent.Moment {
        let text = try value.string("the moment of an event", limit: 64)
        if text.hasSuffix("%") { return .delivered(try value.percent("the moment of an event")) }
        let words = text.split(separator: " ")
        if words.count == 2, words[1] == "copy" || words[1] == "copies" {
            guard let count = Int(words[0]), (1...1_000_000).contains(count) else {
                throw value.failure("\(words[0]) is no number of copies")
            }
            return .copies(count)
        }
        guard let time = try? value.duration("the moment of an event") else {
            throw value.failure("the moment of an event must be such as 3s, 40% or 1 copy, not \"\(text)\"")
        }
        return .time(time)
    }

    private func action(
        _ name: String, _ value: YAMLValue, _ map: YAMLMapping
    ) throws(SkeinError) -> TopologyEvent.Action {
        try refuse(["up", "down", "delay"], unless: name == "link", map, name)
        try refuse(["for"], unless: name == "partition", map, name)
        switch name {
        case "kill": return .kill(try target(value, map))
        case "stop": return .stop(try target(value, map))
        case "partition":
            return .partition(try partition(value), try map["for"]?.duration("for"))
        default:
            let shape = try TopologyParser.link(map, "link")
            guard shape != .unshaped else { throw map.value.failure("a link event needs up, down or delay") }
            let reference = try value.string("link")
            if let group = directory.group(reference) { return .shape(.group(group), shape) }
            return .shape(.host(try directory.host(reference, at: value)), shape)
        }
    }

    private func refuse(
        _ keys: [String], unless isFitting: Bool, _ map: YAMLMapping, _ action: String
    ) throws(SkeinError) {
        guard !isFitting, let key = keys.first(where: { map[$0] != nil }) else { return }
        throw map.place(of: key).failure("\(key) makes no sense in a \(action) event")
    }

    private func target(_ value: YAMLValue, _ map: YAMLMapping) throws(SkeinError) -> TopologyEvent.Target {
        let text = try value.string("the target of an event")
        let includesSources = try map["include_source"]?.bool("include_source") ?? false
        if text.hasSuffix("%") {
            return .share(try value.percent("the target of an event"), includesSources: includesSources)
        }
        if map["include_source"] != nil {
            throw map.place(of: "include_source").failure("include_source goes with a share of the hosts only")
        }
        return text == "source" ? .source : .host(try directory.host(text, at: value))
    }

    /// Groups that share no host, and that are not one group with all hosts in it: else nothing would be cut.
    private func partition(_ value: YAMLValue) throws(SkeinError) -> [TopologyEvent.Group] {
        var groups: [TopologyEvent.Group] = []
        for item in try value.list("partition", limit: LabLimits.sites) {
            let group = try group(item)
            if let other = groups.first(where: { overlaps($0, group) }) {
                throw item.failure("partition names \(name(other)) and \(name(group)), which share hosts")
            }
            groups.append(group)
        }
        guard let first = groups.first else { throw value.failure("partition is empty") }
        if groups.count == 1, hosts(of: first) == directory.hosts.count {
            throw value.failure(
                "\(name(first)) has all hosts, so nothing would be cut", next: "name some racks or sites of several")
        }
        return groups
    }

    private func overlaps(_ a: TopologyEvent.Group, _ b: TopologyEvent.Group) -> Bool {
        switch (a, b) {
        case (.site(let a), .site(let b)), (.site(let a), .rack(let b, _)), (.rack(let a, _), .site(let b)): a == b
        case (.rack, .rack): a == b
        }
    }

    private func hosts(of group: TopologyEvent.Group) -> Int {
        switch group {
        case .site(let site): directory.sites[site].racks.reduce(0) { $0 + $1.hosts.count }
        case .rack(let site, let rack): directory.sites[site].racks[rack].hosts.count
        }
    }

    private func name(_ group: TopologyEvent.Group) -> String {
        switch group {
        case .site(let site): directory.sites[site].name
        case .rack(let site, let rack): "\(directory.sites[site].name)/\(directory.sites[site].racks[rack].name)"
        }
    }

    private func group(_ value: YAMLValue) throws(SkeinError) -> TopologyEvent.Group {
        let text = try value.string("partition")
        if let group = directory.group(text) { return group }
        let known = directory.sites.flatMap { site in [site.name] + site.racks.map { "\(site.name)/\($0.name)" } }
        throw value.failure(
            "there is no site or rack \(text)", next: Spelling.hint(for: text, among: Array(known.prefix(64))))
    }
}
