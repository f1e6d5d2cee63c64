import Basics
import Pipeline

/// A topology in virtual time: the real cores of Gossip and Pipeline at every host, links as queues, seeded faults.
///
/// One event after the other; nothing depends on clocks, hash orders or other processes, so a seed gives one run.
///
/// What every slice touches is not checked for exclusive access, which took a seventh of the time: there is one thread, and
/// who changes one of these calls nobody meanwhile.
final class Simulation {
    let topology: Topology
    let parameters: SimulationParameters
    let options: SimulationOptions
    let sliceBytes: Int
    /// Nanoseconds of virtual time, and when the install was asked for.
    var now: Int64 = 1_000_000_000
    var start: Int64 = 0
    @exclusivity(unchecked) var queue = EventHeap<SimulatedKind>()
    @exclusivity(unchecked) var trace = TraceHash()
    var random: RandomSource

    let peers: [PeerID]
    let hostOfPeer: [PeerID: Int]
    @exclusivity(unchecked) var hosts: [SimulatedHost]
    /// An image at a host: place `host * images + image`.
    var copies: [SimulatedCopy]
    @exclusivity(unchecked) var links: SimulatedLinks
    @exclusivity(unchecked) var flows: [SimulatedFlow] = []
    @exclusivity(unchecked) var paths: [Int32] = []
    @exclusivity(unchecked) var parcels: [SimulatedParcel] = []
    @exclusivity(unchecked) var freeParcels: [Int32] = []
    let plan: EventPlan
    var cuts: [SimulatedCut] = []
    var gossip: SimulatedGossip?
    /// How long each group of gossip took to one view, sorted.
    var joinSeconds: [Double] = []
    let progress: (ExperimentProgress) -> Void

    /// Stored bytes that a host without anything has to get, by image.
    let storedBytes: [Int64]
    let lackingBytes: [Int64]
    /// Bytes of slices that have arrived at targets, and that left sources.
    var delivered: Int64 = 0
    var leftSources: Int64 = 0
    let totalNeed: Int64
    var holdings: SimulatedHoldings
    /// Entries of the plan that wait for bytes.
    var waiting: [Int] = []
    /// Copies that a living host is still to get.
    var awaited = 0
    var isStarted = false
    private(set) var events: Int64 = 0
    var lastChange: Int64 = 0
    /// When the last late host joins: until then it may be still.
    var lastJoin: Int64 = 0
    private var lastSaid = 0.0
    /// Reused for what the parents' choice asks for.
    var choices: [Exchange.Output] = []
    /// Orders that were sent to be passed on.
    var branches: [SimulatedBranch] = []
    /// News of plans that are on their way, and the plans that were made: hosts that know the same share one.
    var newsUnderWay: [PlanNews] = []
    var plans: [PlanInputs: PipelinePlan] = [:]

    init(
        _ topology: Topology, parameters: SimulationParameters, options: SimulationOptions,
        progress: @escaping (ExperimentProgress) -> Void
    ) throws(SkeinError) {
        self.topology = topology
        self.parameters = parameters
        self.options = options
        let sliceBytes = options.sliceBytes(for: topology)
        self.sliceBytes = sliceBytes
        self.progress = progress
        var random = RandomSource(seed: options.seed ^ 0x736B_6569_6E00_0001)
        let drawn = topology.hosts.map { _ in SimulatedImage.peer(&random) }
        let named = zip(drawn, options.peers.prefix(drawn.count) + Array(repeating: nil, count: drawn.count))
            .map { $1 ?? $0 }
        let peers = Set(named).count == drawn.count ? named : drawn
        self.peers = peers
        hostOfPeer = Dictionary(uniqueKeysWithValues: peers.enumerated().map { ($1, $0) })
        let images = try topology.images.enumerated().map { number, image throws(SkeinError) in
            try SimulatedImage(image, sliceBytes: sliceBytes, seed: options.seed &* 1000 &+ UInt64(number) &+ 1)
        }
        storedBytes = images.map(\.storedBytes)
        lackingBytes = images.map(\.lackingBytes)
        let late = Set(topology.joins.map(\.host))
        hosts = topology.hosts.map { SimulatedHost(state: late.contains($0.index) ? .late : .running) }
        var copies: [SimulatedCopy] = []
        copies.reserveCapacity(topology.hosts.count * images.count)
        let sources = topology.images.map { Set($0.sources) }
        for host in topology.hosts.indices {
            for (number, image) in images.enumerated() {
                let isSource = sources[number].contains(host)
                copies.append(
                    SimulatedCopy(
                        host: host, image: number,
                        exchange: Exchange(
                            lengths: image.lengths, held: isSource ? image.all : image.heldBefore,
                            sliceBytes: sliceBytes),
                        isSource: isSource))
            }
        }
        self.copies = copies
        links = SimulatedLinks(topology, parameters)
        let plan = EventPlan(topology, seed: options.seed)
        self.plan = plan
        let targets = copies.filter { !$0.isSource }
        holdings = SimulatedHoldings(
            images, holders: sources.map { topology.hosts.count - $0.count },
            awaited: plan.entries.compactMap { entry -> Int? in
                guard case .copies(let count) = entry.moment else { return nil }
                return count
            })
        totalNeed = targets.reduce(0) { $0 + images[$1.image].lackingBytes }
        awaited = targets.count
        self.random = random
    }

    func copy(_ host: Int, _ image: Int) -> Int { host * topology.images.count + image }

    func add(_ event: SimulatedEvent, in seconds: Double) {
        queue.add(event, at: now + Int64(seconds * 1e9))
    }

    /// Runs until every awaited copy is there, or nothing has moved for the patience of the options.
    func run() throws(SkeinError) {
        try startGossip()
        beginInstall()
        let patience = options.patience.wholeNanoseconds
        while awaited > 0, let next = queue.nextTime, next - max(lastChange, lastJoin) <= patience {
            try step()
        }
    }

    /// Carries out the next event.
    func step() throws(SkeinError) {
        guard let (at, event) = queue.pop() else { return }
        now = at
        events += 1
        trace.mix(UInt64(bitPattern: at) << 8 | UInt64(event.kind.rawValue))
        trace.mix(UInt64(UInt32(bitPattern: event.a)) << 32 | UInt64(UInt32(bitPattern: event.b)))
        if events & 0xFFFFF == 0 { try report() }
        handle(event)
    }

    private func handle(_ event: SimulatedEvent) {
        let a = Int(event.a)
        let b = Int(event.b)
        switch event.kind {
        case .hop: hop(a)
        case .deliver: deliver(a)
        case .window: windowOpened(a, b)
        case .tick: tick(a)
        case .stored: stored(a, b)
        case .loaded: loaded(a, b)
        case .order: ordered(a, branch: b)
        case .manifest: manifestArrived(a, attempt: event.b)
        case .manifestTimeout: manifestTimedOut(a, attempt: event.b)
        case .subscribed: subscribed(a)
        case .want: wantChanged(a)
        case .waited: waited(a)
        case .news: newsArrived(a, at: b)
        case .accepted, .refused, .progress, .lost: heard(event.kind, a)
        case .credit: credited(a, b)
        case .unsubscribed: unsubscribed(a)
        case .finished: finished(a)
        case .fault: happen(a)
        case .heal: cuts[a].isActive = false
        case .join: join(a)
        case .orderLate: orderLate(a)
        case .datagram, .verified, .gossipWake, .gossipStart: gossipEvent(event)
        }
    }

    /// Says how far it is; a cancelled task ends the run.
    private func report() throws(SkeinError) {
        if Task.isCancelled {
            throw SkeinError(.cancelled, doing: "simulating \(topology.name)", cause: "interrupted")
        }
        guard isStarted else { return }
        let seconds = Double(now - start) / 1e9
        progress(
            .moving(
                seconds: seconds, bytes: delivered, total: totalNeed,
                done: copies.reduce(0) { $1.finishedAt == nil ? $0 : $0 + 1 } / max(1, topology.images.count),
                targets: hosts.count - topology.sources.count))
    }
}
