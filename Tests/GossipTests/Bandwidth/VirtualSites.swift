import Basics
import Gossip

/// Sites whose hosts know their own rates and measure the links that they share, in virtual time: plan, duties,
/// partners and bursts are the daemon's own.
struct VirtualSites {
    struct Host {
        let host: LinkHost
        /// How far its clock on the wall is ahead.
        let skew: Duration
        var plan: LinkPlan
        var burst: ProbeBurst?
        var isServing = false
        var bytes: UInt64 = 0
    }

    static let tick = Duration.milliseconds(20)
    static let wall = Duration.seconds(1_800_000_000)

    var links: VirtualLinks
    private(set) var hosts: [Host]
    private(set) var now = Instant.origin
    private(set) var mostBursts = 0
    private let places: [PeerID: Int]
    private var carried: [VirtualLinks.Flow: Double] = [:]
    private var random: RandomSource

    init(_ places: [LinkHost], _ links: VirtualLinks, skew: Duration = .zero, seed: UInt64) {
        var random = RandomSource(seed: seed)
        self.links = links
        hosts = places.map { place in
            var plan = LinkPlan(now: .origin, seed: random.next())
            plan.group(LinkDuties(of: place.peer, among: places), site: place.site)
            return Host(host: place, skew: skew * Double.random(in: -1...1, using: &random), plan: plan)
        }
        self.places = Dictionary(uniqueKeysWithValues: places.enumerated().map { ($0.element.peer, $0.offset) })
        self.random = random
    }

    /// Hosts of some sites; each with so many racks of so many hosts.
    static func hosts(sites: Int, racks: Int = 1, of count: Int) -> [LinkHost] {
        var random = RandomSource(seed: 11)
        return (0..<sites * racks * count).map { number in
            LinkHost(
                peer: PeerID(Digest(bytes: random.bytes(32))!), site: "s\(number / (racks * count))",
                rack: "r\(number / count % racks)")
        }
    }

    mutating func run(for duration: Duration) {
        let end = now + duration
        while now < end {
            now = now + VirtualSites.tick
            move()
            for place in hosts.indices { step(place) }
            mostBursts = max(mostBursts, hosts.count { $0.burst != nil })
        }
    }

    /// What a reader would make of all that was announced.
    var rates: [LinkRate] {
        let wall = VirtualSites.wall + (now - .origin)
        return LinkRate.all(
            hosts: hosts.map(\.host),
            observations: Dictionary(
                uniqueKeysWithValues: hosts.map { ($0.host.peer, $0.plan.observations(wall: wall)) }),
            now: UInt64(wall.components.seconds))
    }

    private func wall(_ place: Int) -> Duration { VirtualSites.wall + (now - .origin) + hosts[place].skew }

    private func flow(_ owner: Int, _ partner: PeerID, _ direction: ProbeDirection) -> VirtualLinks.Flow {
        let other = places[partner]!
        return direction == .up ? .init(from: owner, to: other) : .init(from: other, to: owner)
    }

    private mutating func move() {
        var flows: [VirtualLinks.Flow] = []
        for (place, host) in hosts.enumerated() {
            guard let burst = host.burst else { continue }
            for partner in burst.partners { flows.append(flow(place, partner, burst.direction)) }
        }
        let seconds = VirtualSites.tick.inSeconds
        for (flow, rate) in zip(flows, links.shares(of: flows, using: &random)) {
            carried[flow, default: 0] += rate * seconds
        }
    }

    private mutating func step(_ place: Int) {
        var outputs: [ProbeBurst.Output] = []
        if let burst = hosts[place].burst {
            for partner in burst.partners {
                let total = UInt64(carried[flow(place, partner, burst.direction)] ?? 0)
                hosts[place].burst!.read(partner, total: total)
            }
            hosts[place].burst!.tick(now: now, into: &outputs)
        } else if hosts[place].plan.nextDeadline(now: now, wall: wall(place)) <= now,
            let measurement = hosts[place].plan.begin(
                isFree: !hosts[place].isServing, now: now, wall: wall(place))
        {
            let candidates = hosts.map { LinkPartners.Candidate(host: $0.host, rate: nil) }
            let order = LinkPartners.order(
                candidates, from: hosts[place].host, by: measurement.link, using: &random)
            hosts[place].burst = ProbeBurst(
                direction: measurement.direction, candidates: order, now: now, into: &outputs)
        }
        carryOut(outputs, place)
    }

    private mutating func carryOut(_ first: [ProbeBurst.Output], _ place: Int) {
        var outputs = first
        while !outputs.isEmpty {
            switch outputs.removeFirst() {
            case .ask(let peer):
                let other = places[peer]!
                if hosts[other].burst != nil || hosts[other].isServing {
                    hosts[place].burst!.refused(peer, now: now, into: &outputs)
                } else {
                    hosts[other].isServing = true
                    let total = UInt64(carried[flow(place, peer, hosts[place].burst!.direction)] ?? 0)
                    hosts[place].burst!.granted(peer, total: total, now: now, into: &outputs)
                }
            case .drop(let peer): hosts[places[peer]!].isServing = false
            case .finished(let result):
                for partner in hosts[place].burst!.partners { hosts[places[partner]!].isServing = false }
                hosts[place].burst = nil
                hosts[place].bytes += result.bytes
                let own = result.direction == .up ? links.up[place] : links.down[place]
                _ = hosts[place].plan.ended(
                    result, ceiling: BitRate(bitsPerSecond: Int64(own * 8)), now: now, wall: wall(place))
            }
        }
    }
}
