import Basics
import Gossip
import Pipeline

/// The events of a topology file in virtual time, by time and by bytes.
extension Simulation {
    func startEvents() {
        for (number, entry) in plan.entries.enumerated() {
            switch entry.moment {
            case .time(let time): queue.add(SimulatedEvent(.fault, number), at: start + time.wholeNanoseconds)
            case .delivered, .copies: waiting.append(number)
            }
        }
        lookAtMoments()
    }

    /// Lets happen what waited for bytes that are here now.
    func lookAtMoments() {
        var due: [Int] = []
        waiting.removeAll { number in
            let hasCome: Bool =
                switch plan.entries[number].moment {
                case .delivered(let share): Double(delivered) >= share * Double(totalNeed)
                case .copies(let count): holdings.isReached(count)
                case .time: false
                }
            if hasCome { due.append(number) }
            return hasCome
        }
        // Not at once: what happens may take away what is being looked at.
        for number in due { queue.add(SimulatedEvent(.fault, number), at: now) }
    }

    func happen(_ number: Int) {
        let what: String
        switch plan.entries[number].action {
        case .kill(let host):
            what = "\(topology.hosts[host].name) was killed"
            kill(host)
        case .stop(let host):
            what = "\(topology.hosts[host].name) was stopped"
            guard hosts[host].isRunning else { return }
            hosts[host].state = .stopped
            giveUp(host)
        case .cut(let sides, let time):
            what = "\(sides[0].count) hosts were cut off"
            var sideOfHost = [Int16](repeating: -1, count: hosts.count)
            for (side, members) in sides.enumerated() {
                for host in members { sideOfHost[host] = Int16(truncatingIfNeeded: side) }
            }
            let until = time.map { now + $0.wholeNanoseconds }
            cuts.append(SimulatedCut(sideOfHost: sideOfHost, until: until))
            if let until { queue.add(SimulatedEvent(.heal, cuts.count - 1), at: until) }
        case .shape(let link, let shape):
            what = "a link has other rates"
            links.reshape(link, shape)
        }
        progress(.event(seconds: Double(now - start) / 1e9, what))
    }

    private func kill(_ host: Int) {
        guard hosts[host].isRunning || hosts[host].state == .stopped else { return }
        let wasRunning = hosts[host].isRunning
        hosts[host].state = .killed
        if wasRunning { giveUp(host) }
        // The kernel closes its connections: both ends hear of it.
        for flow in flows.indices where flows[flow].state != .closed {
            let (parent, child) = (copies[Int(flows[flow].parent)].host, copies[Int(flows[flow].child)].host)
            if parent == host {
                queue.add(SimulatedEvent(.lost, flow), at: now + flows[flow].delay)
            } else if child == host {
                flows[flow].state = .closed
                queue.add(SimulatedEvent(.unsubscribed, flow), at: now + flows[flow].delay)
            }
        }
    }

    /// Nobody waits for the copies of a host that died, and what it held is not there any more.
    private func giveUp(_ host: Int) {
        for image in topology.images.indices {
            let copy = copies[copy(host, image)]
            guard !copy.isSource else { continue }
            if copy.finishedAt == nil, copy.failure == nil { awaited -= 1 }
            holdings.remove(copy.exchange.held, of: image)
        }
    }

    // MARK: Cuts

    /// Until when two hosts are cut off from each other: nil when they are not, the end of time when for ever.
    func cut(between a: Int, and b: Int) -> Int64? {
        var until: Int64?
        for cut in cuts where cut.separates(a, b) { until = max(until ?? 0, cut.until ?? .max) }
        return until
    }

    /// When TCP's doubling retransmissions of a segment that was lost first get through; nil: never.
    ///
    /// - Parameter first: the wait before the first of them.
    func retransmission(after lost: Int64, until healed: Int64, first: Int64 = 200_000_000) -> Int64? {
        guard healed < .max else { return nil }
        var wait = first
        var at = lost
        while at < healed {
            at += wait
            wait = min(wait * 2, 120_000_000_000)
        }
        return at
    }

    // MARK: Late hosts

    func join(_ host: Int) {
        hosts[host].state = .running
        progress(.event(seconds: Double(now - start) / 1e9, "\(topology.hosts[host].name) joined"))
        joinGossip(host, after: parameters.startSeconds)
        add(SimulatedEvent(.orderLate, host), in: parameters.startSeconds)
    }

    /// A holder orders the install at a late host as soon as it knows it.
    func orderLate(_ host: Int) {
        guard hosts[host].isRunning else { return }
        var isKnown = true
        for (number, image) in topology.images.enumerated() where !image.sources.contains(host) {
            let copy = copies[copy(host, number)]
            guard !copy.isOrdered, copy.fetchPlan == nil else { continue }
            let holders =
                image.sources + topology.hosts.indices.filter { copies[self.copy($0, number)].finishedAt != nil }
            guard let holder = holders.first(where: { hosts[$0].isRunning && knows($0, host) }) else {
                isKnown = false
                continue
            }
            orderJoiner(number, host, from: holder)
        }
        if !isKnown { add(SimulatedEvent(.orderLate, host), in: 0.3) }
    }

    private func knows(_ holder: Int, _ host: Int) -> Bool {
        guard let gossip, gossip.isOneGroup(holder, host) else { return true }
        return gossip.view(of: peers[host], by: holder)?.state.isPresent == true
    }
}
