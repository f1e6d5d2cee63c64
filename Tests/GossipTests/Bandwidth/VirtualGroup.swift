import Basics
import Gossip

/// A group of hosts that measure themselves with each other in virtual time: plan, gate and burst of each are the
/// daemon's own; messages take no time, bytes what ``VirtualLinks`` says.
struct VirtualGroup {
    struct Host {
        let id: PeerID
        var plan: ProbePlan
        var gate = ProbeGate(now: .origin)
        var bandwidth = HostBandwidth()
        var burst: ProbeBurst?
        var bursts = 0
        var bytes: UInt64 = 0
    }

    static let tick = Duration.milliseconds(20)

    var links: VirtualLinks
    private(set) var hosts: [Host]
    private(set) var now = Instant.origin
    private var places: [PeerID: Int]
    private var carried: [VirtualLinks.Flow: Double] = [:]
    private var random: RandomSource
    /// The most bursts at the same time so far.
    private(set) var mostBursts = 0

    init(_ links: VirtualLinks, seed: UInt64) {
        var random = RandomSource(seed: seed)
        self.links = links
        hosts = links.up.indices.map { _ in
            var plan = ProbePlan(now: .origin, seed: random.next())
            plan.group(others: links.up.count - 1)
            return Host(id: PeerID(Digest(bytes: random.bytes(32))!), plan: plan)
        }
        places = Dictionary(uniqueKeysWithValues: hosts.enumerated().map { ($0.element.id, $0.offset) })
        self.random = random
    }

    mutating func run(for duration: Duration) {
        let end = now + duration
        while now < end {
            now = now + VirtualGroup.tick
            move()
            for place in hosts.indices { step(place) }
            mostBursts = max(mostBursts, hosts.count { $0.burst != nil })
        }
    }

    /// The forecast over the true rate.
    func ratio(_ place: Int, _ direction: ProbeDirection) -> Double {
        let truth = direction == .up ? links.up[place] : links.down[place]
        let rate = hosts[place].bandwidth.forecast(of: direction, now: now)?.rate.bitsPerSecond ?? 0
        return Double(rate) / 8 / truth
    }

    /// Hosts with both forecasts within 15 %.
    var goodHosts: Int {
        hosts.indices.count { place in ProbeDirection.allCases.allSatisfy { abs(ratio(place, $0) - 1) <= 0.15 } }
    }

    private func flow(_ owner: Int, _ partner: Int, _ direction: ProbeDirection) -> VirtualLinks.Flow {
        direction == .up ? .init(from: owner, to: partner) : .init(from: partner, to: owner)
    }

    private mutating func move() {
        var flows: [VirtualLinks.Flow] = []
        for (place, host) in hosts.enumerated() {
            guard let burst = host.burst else { continue }
            for partner in burst.partners { flows.append(flow(place, places[partner]!, burst.direction)) }
        }
        let seconds = VirtualGroup.tick.inSeconds
        for (flow, rate) in zip(flows, links.shares(of: flows, using: &random)) {
            carried[flow, default: 0] += rate * seconds
        }
    }

    private mutating func step(_ place: Int) {
        if hosts[place].burst != nil {
            let direction = hosts[place].burst!.direction
            for partner in hosts[place].burst!.partners {
                hosts[place].burst!.read(partner, total: total(place, partner, direction))
            }
            var outputs: [ProbeBurst.Output] = []
            hosts[place].burst!.tick(now: now, into: &outputs)
            carryOut(outputs, place)
        } else if let direction = hosts[place].plan.begin(isFree: hosts[place].gate.isFree(now: now), now: now) {
            let candidates = hosts.indices.filter { $0 != place }.map { other in
                PartnerOrder.Candidate(
                    peer: hosts[other].id, isSameSite: true, isSameRack: true,
                    rate: hosts[other].bandwidth.forecast(of: direction == .up ? .down : .up, now: now)?.rate)
            }
            var outputs: [ProbeBurst.Output] = []
            let order = PartnerOrder.order(candidates, using: &random)
            hosts[place].bursts += 1
            hosts[place].burst = ProbeBurst(direction: direction, candidates: order, now: now, into: &outputs)
            carryOut(outputs, place)
        }
    }

    private func total(_ place: Int, _ partner: PeerID, _ direction: ProbeDirection) -> UInt64 {
        UInt64(carried[flow(place, places[partner]!, direction)] ?? 0)
    }

    private mutating func carryOut(_ first: [ProbeBurst.Output], _ place: Int) {
        var outputs = first
        while !outputs.isEmpty {
            switch outputs.removeFirst() {
            case .ask(let peer):
                let other = places[peer]!
                let isBusy = hosts[other].burst != nil
                let direction = hosts[place].burst!.direction
                if hosts[other].gate.admits(hosts[place].id, isBusy: isBusy, now: now) {
                    let total = total(place, peer, direction)
                    hosts[place].burst!.granted(peer, total: total, now: now, into: &outputs)
                } else {
                    hosts[place].burst!.refused(peer, now: now, into: &outputs)
                }
            case .drop(let peer):
                hosts[places[peer]!].gate.ended(now: now)
            case .finished(let result):
                for partner in hosts[place].burst!.partners { hosts[places[partner]!].gate.ended(now: now) }
                hosts[place].burst = nil
                hosts[place].bytes += result.bytes
                hosts[place].bandwidth.add(result, now: now)
                let isBelieved = !hosts[place].bandwidth[result.direction].isDoubtful
                hosts[place].plan.ended(result, isBelieved: isBelieved, now: now)
            }
        }
    }
}
