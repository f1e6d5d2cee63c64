import Basics
import Gossip

/// Sites: bridges take part in a second group, and carry news between it and their site.
extension GossipWorld {
    package func bridgeMachine(of host: Int) -> Int? {
        guard host < bridgeMachines.count, bridgeMachines[host] >= 0 else { return nil }
        return Int(bridgeMachines[host])
    }

    /// Everybody has the first host of each of the first sites configured as a gateway.
    func prepareRelays() {
        let gateways = (0..<min(3, options.sites)).map { SimulatedGossip.address($0 * count / options.sites) }
        relays = ids.indices.map { SiteRelay(ownID: ids[$0], site: siteName(of: $0), gateways: gateways) }
        bridgeMachines = [Int32](repeating: -1, count: count)
        relayWakes = [Int64](repeating: .max, count: count)
    }

    /// The bridges of all sites know each other.
    func settleBridges() {
        var group: [Int] = []
        for host in ids.indices where machines[host].bridges.contains(ids[host]) {
            group.append(addBridgeMachine(of: host))
        }
        settle(machines: group)
        for host in ids.indices {
            relays[host].start(now: instant)
            scheduleRelay(host)
        }
    }

    func note(_ event: MembershipEvent, of machine: Int) {
        let host = Int(hosts[machine])
        relays[host].note(event, in: machine < count ? .site : .bridges, now: instant)
        scheduleRelay(host)
    }

    func relay(_ host: Int) {
        relayWakes[host] = .max
        let bridge = bridgeMachine(of: host)
        var outputs: [SiteRelay.Output] = []
        relays[host].update(
            site: machines[host], bridges: bridge.map { machines[$0] }, now: instant, into: &outputs)
        for output in outputs { perform(output, of: host) }
        scheduleRelay(host)
    }

    private func perform(_ output: SiteRelay.Output, of host: Int) {
        switch output {
        case .join(let seeds):
            guard bridgeMachine(of: host) == nil else { return }
            feed(addBridgeMachine(of: host), .start(seeds: seeds))
        case .leave:
            guard let machine = bridgeMachine(of: host) else { return }
            feed(machine, .leave)
            bridgeMachines[host] = -1
        case .announce(.site, let kind, let item, let body): feed(host, .announce(kind: kind, item: item, body: body))
        case .announce(.bridges, let kind, let item, let body):
            if let machine = bridgeMachine(of: host) { feed(machine, .announce(kind: kind, item: item, body: body)) }
        }
    }

    private func scheduleRelay(_ host: Int) {
        let due = relays[host].nextDeadline
        let wake = due == .never ? Int64.max : max(due.nanoseconds, now)
        guard wake < relayWakes[host] else { return }
        relayWakes[host] = wake
        queue.add(VirtualEvent(.relay, Int32(host), 0), at: wake)
    }
}
