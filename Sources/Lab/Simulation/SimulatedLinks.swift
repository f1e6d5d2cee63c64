import Basics

/// The links of a topology in virtual time: each way of each link is a queue with a rate and a delay.
///
/// A parcel occupies a link for its bytes over the rate, and is on its way through the next link while it still enters
/// this one (cut-through), as packets are; so the size of a parcel costs no extra time on a path.
struct SimulatedLinks {
    /// One way of one link.
    struct Way {
        /// Nanoseconds for one byte of a slice, all headers included.
        var nanosecondsPerByte: Double
        var delay: Int64
        /// When the last parcel that was given to it has left.
        var free: Int64 = 0
        /// Bytes of slices that it carried.
        var bytes: Int64 = 0
    }

    private(set) var ways: [Way] = []
    /// Of each host, rack (all sites in order) and site: the way up; the way down follows it.
    private let hostCount: Int
    private let rackOffsets: [Int]
    private let siteOffset: Int
    private let places: [(site: Int, rack: Int)]
    private let parameters: SimulationParameters
    /// The most ways on a path: host, rack and site up, then down.
    static let pathLimit = 6

    init(_ topology: Topology, _ parameters: SimulationParameters) {
        self.parameters = parameters
        hostCount = topology.hosts.count
        places = topology.hosts.map { ($0.site, $0.rack) }
        var offset = hostCount
        var rackOffsets: [Int] = []
        for site in topology.sites {
            rackOffsets.append(offset)
            offset += site.racks.count
        }
        self.rackOffsets = rackOffsets
        siteOffset = offset
        for host in topology.hosts { append(host.link, unshapedRate: parameters.unshapedRate) }
        for site in topology.sites { for rack in site.racks { append(rack.uplink, unshapedRate: nil) } }
        for site in topology.sites { append(site.wan, unshapedRate: nil) }
    }

    /// The ways from one host to another, as places in ``ways``.
    func path(from: Int, to: Int) -> [Int32] {
        guard from != to else { return [] }
        var up = [from]
        var down = [to]
        let (a, b) = (places[from], places[to])
        if a.site != b.site || a.rack != b.rack {
            up.append(rackOffsets[a.site] + a.rack)
            down.append(rackOffsets[b.site] + b.rack)
        }
        if a.site != b.site {
            up.append(siteOffset + a.site)
            down.append(siteOffset + b.site)
        }
        return up.map { Int32($0 * 2) } + down.reversed().map { Int32($0 * 2 + 1) }
    }

    /// What a small message takes to a host and back: it waits in the queues that there are now.
    func roundTrip(from: Int, to: Int, now: Int64) -> Int64 {
        let ways = path(from: from, to: to) + path(from: to, to: from)
        return ways.reduce(0) { $0 + max(0, self.ways[Int($1)].free - now) + self.ways[Int($1)].delay }
    }

    /// The sum of the delays of a path.
    func delay(of path: [Int32]) -> Int64 { path.reduce(0) { $0 + ways[Int($1)].delay } }

    /// Bytes per second of the slowest link of a path; 0 where none has a rate.
    func rate(of path: [Int32]) -> Int {
        let slowest = path.map { ways[Int($0)].nanosecondsPerByte }.max() ?? 0
        return slowest > 0 ? Int(1e9 / slowest) : 0
    }

    /// The bytes that keep a path busy: what its slowest queue holds, and what is under way for one round trip.
    func window(of path: [Int32], sliceBytes: Int) -> Int {
        let slowest = path.map { ways[Int($0)].nanosecondsPerByte }.max() ?? 0
        guard slowest > 0 else { return 1 << 20 }
        // Every shaped link on the way up may have its own queue before it; what comes down was slowed already.
        let queues = path.count { $0 % 2 == 0 && ways[Int($0)].nanosecondsPerByte > 0 }
        let time = parameters.queueSeconds * 1e9 * Double(max(1, queues)) + 2 * Double(delay(of: path))
        return max(4 * sliceBytes, Int(time / slowest))
    }

    /// Gives a parcel to a way.
    ///
    /// - Parameters:
    ///   - entered: when its first byte came.
    ///   - whole: when its last byte came.
    /// - Returns: when its first and last bytes have left, without the delay.
    @inline(__always)
    mutating func carry(_ bytes: Int, over way: Int, entered: Int64, whole: Int64) -> (first: Int64, last: Int64) {
        let begin = max(entered, ways[way].free)
        let last = max(whole, begin + Int64(Double(bytes) * ways[way].nanosecondsPerByte))
        ways[way].free = last
        ways[way].bytes += Int64(bytes)
        return (begin, last)
    }

    func delay(ofWay way: Int) -> Int64 { ways[way].delay }

    /// Changes the rates of a link where the shape says something.
    mutating func reshape(_ link: TopologyEvent.Link, _ shape: LinkShape) {
        let place: Int
        switch link {
        case .host(let host): place = host
        case .group(.rack(let site, let rack)): place = rackOffsets[site] + rack
        case .group(.site(let site)): place = siteOffset + site
        }
        if let up = shape.up { ways[place * 2].nanosecondsPerByte = cost(up) }
        if let down = shape.down { ways[place * 2 + 1].nanosecondsPerByte = cost(down) }
        if let delay = shape.delay {
            ways[place * 2].delay = delay.wholeNanoseconds
            ways[place * 2 + 1].delay = delay.wholeNanoseconds
        }
    }

    /// What each link carried, hosts first, with all headers.
    func bytes(of topology: Topology) -> [LinkBytes] {
        var result: [LinkBytes] = []
        let share = parameters.goodputShare * parameters.frameShare
        func add(_ name: String, _ place: Int, _ shape: LinkShape) {
            result.append(
                LinkBytes(
                    link: name, up: Int64(Double(ways[place * 2].bytes) / share),
                    down: Int64(Double(ways[place * 2 + 1].bytes) / share), upRate: shape.up?.bitsPerSecond,
                    downRate: shape.down?.bitsPerSecond))
        }
        for host in topology.hosts { add(host.path, host.index, host.link) }
        for (number, site) in topology.sites.enumerated() {
            for (rackNumber, rack) in site.racks.enumerated() {
                add("\(site.name)/\(rack.name)", rackOffsets[number] + rackNumber, rack.uplink)
            }
        }
        for (number, site) in topology.sites.enumerated() { add(site.name, siteOffset + number, site.wan) }
        return result
    }

    private mutating func append(_ shape: LinkShape, unshapedRate: Double?) {
        let delay = shape.delay?.wholeNanoseconds ?? 0
        for rate in [shape.up, shape.down] {
            let nanoseconds = rate.map(cost) ?? unshapedRate.map { 1e9 / $0 } ?? 0
            ways.append(Way(nanosecondsPerByte: nanoseconds, delay: delay))
        }
    }

    private func cost(_ rate: BitRate) -> Double {
        8e9 / (Double(rate.bitsPerSecond) * parameters.goodputShare * parameters.frameShare)
    }
}
