import Basics
import Gossip

/// Membership in virtual time: what a daemon's shell does, with keys replaced by a digest of what they would sign.
extension Simulation {
    /// Starts every machine; returns when every group has one view, with the time that it took on the clock of the run.
    func startGossip() throws(SkeinError) {
        guard options.gossip == .on else { return }
        let isOneGroup = hosts.count <= SimulationLimits.gossipPeers
        let groups = topology.hosts.map { isOneGroup ? Int32(0) : Int32($0.site) }
        gossip = SimulatedGossip(groupOfHost: groups)
        var members: [Int32: [Int]] = [:]
        for host in topology.hosts.indices { members[groups[host], default: []].append(host) }
        let begin = now
        progress(.step("gossip: \(members.count) group\(members.count == 1 ? "" : "s") of peers find together"))
        for group in members.keys.sorted() {
            let present = (members[group] ?? []).filter { hosts[$0].isRunning }
            if present.count > SimulationLimits.joiningPeers {
                settle(present)
            } else {
                for host in present { startMachine(host, seeds: seeds(of: host, among: present)) }
            }
        }
        try waitForViews(members, since: begin)
    }

    /// Lets virtual time pass until everybody knows everybody of its group.
    private func waitForViews(_ members: [Int32: [Int]], since begin: Int64) throws(SkeinError) {
        var open = members.mapValues { $0.filter { hosts[$0].isRunning } }
        var joined: [Double] = []
        var look = now
        while !open.isEmpty {
            while let next = queue.nextTime, next <= look { try step() }
            now = max(now, look)
            for group in open.keys.sorted() {
                let hosts = open[group] ?? []
                if hosts.allSatisfy({ gossip?.machines[$0]?.presentCount == hosts.count }) {
                    open[group] = nil
                    joined.append(Double(now - begin) / 1e9)
                }
            }
            look = now + 10_000_000
            guard now - begin < SimulationLimits.joinSeconds * 1_000_000_000 else {
                throw SkeinError(
                    .internal, doing: "simulating \(topology.name)",
                    cause: "\(open.count) groups of peers had no full view after "
                        + "\(SimulationLimits.joinSeconds) s of virtual time",
                    next: "report it with the file and --seed \(options.seed)")
            }
        }
        joinSeconds = joined.sorted()
    }

    /// The first hosts of a group without this one, as a lab tells its peers.
    private func seeds(of host: Int, among group: [Int]) -> [PeerAddress] {
        group.lazy.filter { $0 != host }.prefix(3).map { SimulatedGossip.address($0) }
    }

    private func machine(_ host: Int) -> Membership {
        let place = topology.hosts[host]
        let isShown = topology.labels == .shown
        let site = topology.sites[place.site]
        let card = Card(
            addresses: [SimulatedGossip.address(host)], name: place.name, site: isShown ? site.name : "",
            rack: isShown ? site.racks[place.rack].name : "",
            certificate: [UInt8](repeating: UInt8(truncatingIfNeeded: host), count: 520))
        let holdings = topology.images.indices.filter { copies[copy(host, $0)].isSource }.count
        var pulse = Pulse(freeMemoryMiB: 2048, totalMemoryMiB: 4096, vcpus: 4)
        pulse.holdingCount = UInt16(clamping: holdings)
        return Membership(ownID: peers[host], card: card, pulse: pulse, epoch: 1, seed: random.next())
    }

    private func startMachine(_ host: Int, seeds: [PeerAddress]) {
        gossip?.machines[host] = machine(host)
        feed(host, .start(seeds: seeds))
    }

    func joinGossip(_ host: Int, after seconds: Double) {
        guard gossip != nil else { return }
        add(SimulatedEvent(.gossipStart, host), in: seconds)
    }

    /// A large group that has found together before: every machine knows all the others.
    private func settle(_ group: [Int]) {
        var known = SettledGroup()
        for host in group {
            var machine = machine(host)
            let records = machine.begin(now: instant) { gossip!.records.sign($0, $2, $1) }
            for record in records { known.add(record, now: instant) }
            gossip?.machines[host] = machine
        }
        known.seal()
        for host in group {
            gossip?.machines[host]?.adopt(known, now: instant)
            feed(host, .timer)
        }
    }

    func gossipEvent(_ event: SimulatedEvent) {
        let place = Int(event.a)
        switch event.kind {
        case .datagram:
            guard let datagram = gossip?.datagrams.take(place) else { return }
            let (from, to) = (Int(datagram.from), Int(datagram.to))
            guard hosts[to].isRunning, cuts.isEmpty || cut(between: from, and: to) == nil else { return }
            feed(to) { machine, now, outputs in
                datagram.bytes.withUnsafeBytes {
                    machine.handle(
                        datagram: $0, from: .datagram(SimulatedGossip.address(from)), sender: peers[from], now: now,
                        into: &outputs)
                }
            }
        case .verified:
            guard let check = gossip?.checks.take(place), hosts[Int(check.host)].isRunning else { return }
            feed(Int(check.host), .verified(check.ticket, check.verdict))
        case .gossipWake:
            guard hosts[place].isRunning, gossip?.wakeNumbers[place] == event.b else { return }
            feed(place, .timer)
        case .gossipStart:
            guard hosts[place].isRunning else { return }
            let group = topology.hosts.indices.filter { gossip?.isOneGroup(place, $0) == true && $0 != place }
            startMachine(place, seeds: seeds(of: place, among: Array(group.prefix(4))))
        default: break
        }
    }

    private func feed(_ host: Int, _ input: Membership.Input) {
        feed(host) { $0.handle(input, now: $1, into: &$2) }
    }

    /// Gives a machine an input and carries out what it asks for.
    private func feed(
        _ host: Int, _ handle: (inout Membership, Instant, inout Membership.Outputs) -> Void
    ) {
        guard gossip?.machines[host] != nil else { return }
        var outputs = Membership.Outputs()
        swap(&outputs, &gossip!.outputs)
        outputs.removeAll()
        handle(&gossip!.machines[host]!, instant, &outputs)
        var place = 0
        // What is signed here adds to the list that is walked.
        while place < outputs.all.count {
            switch outputs.all[place] {
            case .send(let route, let bytes): transmit(outputs.array(bytes), from: host, by: route)
            case .verify(let ticket, let record):
                let verdict = outputs.withBytes(record) { gossip!.records.verdict(on: $0) }
                let check = SimulatedGossip.Check(host: Int32(host), ticket: ticket, verdict: verdict)
                let place = gossip!.checks.add(check)
                queue.add(SimulatedEvent(.verified, place), at: now + SimulatedGossip.verification)
            case .needSigned(let name, let version, let body):
                let record = gossip!.records.sign(name, version, outputs.array(body))
                gossip!.machines[host]!.handle(.publish(record), now: instant, into: &outputs)
            case .adoptEpoch, .event: break
            }
            place += 1
        }
        gossip!.outputs = outputs
        guard let deadline = gossip!.machines[host]?.nextDeadline else { return }
        let wake = deadline == .never ? Int64.max : max(deadline.nanoseconds, now)
        guard wake != gossip!.nextWakes[host] || wake <= now else { return }
        gossip!.nextWakes[host] = wake
        gossip!.wakeNumbers[host] &+= 1
        if wake < .max { queue.add(SimulatedEvent(.gossipWake, Int32(host), gossip!.wakeNumbers[host]), at: wake) }
    }

    private func transmit(_ bytes: [UInt8], from: Int, by route: Route) {
        // Datagrams reach everybody here whom anything reaches.
        guard case .datagram(let address) = route else { return }
        gossip!.sentDatagrams += 1
        gossip!.sentBytes += Int64(bytes.count + SimulatedGossip.overheadBytes)
        trace.mix(bytes)
        guard let to = gossip!.hostOfAddress[address] else { return }
        let place = gossip!.datagrams.add(SimulatedGossip.Datagram(to: Int32(to), from: Int32(from), bytes: bytes))
        let jitter = Int64.random(in: 200_000...2_000_000, using: &random)
        queue.add(SimulatedEvent(.datagram, place), at: now + delay(from: from, to: to) + jitter)
    }
}
