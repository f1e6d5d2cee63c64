import Basics
import Gossip

/// The membership machines of many peers in virtual time: what their daemons would do, on a network with delays, loss
/// and faults.
///
/// The same seed gives the same run in every process; ``trace`` says so.
final class GossipWorld {
    struct Options {
        /// The chance that a datagram is lost.
        var loss = 0.0
        /// How long a datagram takes.
        var delay: ClosedRange<Int64> = 200_000...2_000_000
        var settings = GossipSettings()
    }

    enum Kind: UInt8, Sendable {
        /// A datagram (slot a) reaches a host (b); the same over a session.
        case datagram
        case streamed
        /// A host's (a) machine is due (number b).
        case wake
        /// A record's check (a) ends at a host (b).
        case verified
    }

    private struct Check {
        let ticket: VerificationTicket
        let verdict: Membership.Verdict
        let life: Int32
    }

    var options: Options
    private(set) var now: Int64 = 1_000_000_000
    private(set) var trace = TraceHash()
    let ids: [PeerID]
    private(set) var machines: [Membership] = []
    private(set) var isUp: [Bool]
    /// Hosts of different groups do not hear each other.
    var groups: [Int32]
    /// It sends but hears nothing.
    var isDeaf: [Bool]
    /// Hosts that get processor time now and then only.
    var starved: [Int: StarvedHost] = [:]
    private(set) var sent: [Int64]
    private(set) var received: [Int64]
    private(set) var sentDatagrams: Int64 = 0
    private(set) var steps: Int64 = 0
    /// Told what happens in a host's view.
    var onEvent: (_ host: Int, _ event: MembershipEvent) -> Void = { _, _ in }

    private var random: RandomSource
    private var queue = EventHeap<Kind>()
    private let slab = DatagramSlab()
    private var senders: [Int32] = []
    private var checks = Slots<Check>()
    private var lives: [Int32]
    private var nextWakes: [Int64]
    private var wakeNumbers: [Int32]
    private var outputs = Membership.Outputs()
    private var scratch = Membership.Outputs()
    private var records = SharedRecords()
    private let hostOfAddress: [PeerAddress: Int32]
    private let hostOfID: [PeerID: Int32]

    /// A chain of two certificates as they are: 4 + 158 + 232 bytes (docs/wire/trust-objects.md).
    private static let certificateBytes = 394

    init(hosts count: Int, seed: UInt64, options: Options = Options()) {
        self.options = options
        var random = RandomSource(seed: seed)
        ids = (0..<count).map { _ in PeerID(Digest(bytes: random.bytes(32))!) }
        self.random = random
        isUp = [Bool](repeating: true, count: count)
        groups = [Int32](repeating: 0, count: count)
        isDeaf = [Bool](repeating: false, count: count)
        sent = [Int64](repeating: 0, count: count)
        received = [Int64](repeating: 0, count: count)
        lives = [Int32](repeating: 0, count: count)
        nextWakes = [Int64](repeating: .max, count: count)
        wakeNumbers = [Int32](repeating: 0, count: count)
        hostOfAddress = Dictionary(
            uniqueKeysWithValues: (0..<count).map { (SimulatedGossip.address($0), Int32($0)) })
        hostOfID = Dictionary(uniqueKeysWithValues: ids.enumerated().map { ($1, Int32($0)) })
        machines.reserveCapacity(count)
        for host in 0..<count { machines.append(machine(host, epoch: 1)) }
    }

    var instant: Instant { Instant(nanoseconds: now) }
    var count: Int { ids.count }

    static let pulse = Pulse(freeMemoryMiB: 2048, totalMemoryMiB: 4096, vcpus: 4)

    private func machine(_ host: Int, epoch: UInt32) -> Membership {
        let card = Card(
            addresses: [SimulatedGossip.address(host)], name: "host-\(host)", site: "site", rack: "rack-\(host / 40)",
            certificate: [UInt8](repeating: UInt8(truncatingIfNeeded: host), count: GossipWorld.certificateBytes))
        return Membership(
            ownID: ids[host], card: card, pulse: GossipWorld.pulse, epoch: epoch, settings: options.settings,
            seed: random.next())
    }

    // MARK: What happens to hosts

    /// All hosts know each other, and have nothing left to tell.
    func settle() { settle([Array(0..<count)]) }

    /// The same for groups of hosts that know nothing of each other.
    func settle(_ groups: [[Int]]) {
        for group in groups {
            var known = SettledGroup()
            for host in group {
                let said = machines[host].begin(now: instant) { records.sign($0, $2, $1) }
                for record in said { known.add(record, now: instant) }
            }
            known.seal()
            for host in group {
                machines[host].adopt(known, now: instant)
                feed(host, .timer)
            }
        }
    }

    /// Starts hosts that know only the first ones.
    func start(seeds count: Int) {
        for host in ids.indices {
            feed(host, .start(seeds: (0..<count).filter { $0 != host }.map { SimulatedGossip.address($0) }))
        }
    }

    /// kill -9.
    func crash(_ host: Int) {
        isUp[host] = false
        lives[host] &+= 1
        wakeNumbers[host] &+= 1
        nextWakes[host] = .max
    }

    func report(_ host: Int, _ pulse: Pulse) { feed(host, .report(pulse)) }

    func feed(_ host: Int, _ input: Membership.Input) {
        run(host) { $0.handle(input, now: $1, into: &$2) }
    }

    /// A datagram that a host of this name sends, whatever its own machine does.
    func inject(from host: Int, to target: Int, _ write: (inout Membership.Outputs) -> DatagramWriter) {
        var outputs = Membership.Outputs()
        let writer = write(&outputs)
        let part = writer.finish(outputs)
        outputs.withBytes(part) { transmit($0, from: host, to: target) }
    }

    // MARK: Time

    func run(for nanoseconds: Int64) {
        let end = now + nanoseconds
        while let next = queue.nextTime, next <= end { step() }
        now = end
    }

    /// Runs until a condition holds, looked at every 10 ms; the nanoseconds it took, or nil.
    func run(atMost limit: Int64, until holds: () -> Bool) -> Int64? {
        let start = now
        while now < start + limit {
            if holds() { return now - start }
            run(for: 10_000_000)
        }
        return holds() ? now - start : nil
    }

    private func step() {
        guard let (at, event) = queue.pop() else { return }
        now = max(now, at)
        steps += 1
        switch event.kind {
        case .datagram, .streamed: deliver(Int(event.a), to: Int(event.b), event.kind)
        case .wake:
            let host = Int(event.a)
            guard isUp[host], wakeNumbers[host] == event.b else { return }
            if let resumes = starved[host]?.waits(at: now) {
                return queue.add(VirtualEvent(.wake, event.a, event.b), at: resumes)
            }
            feed(host, .timer)
        case .verified:
            let host = Int(event.b)
            guard let check = checks.take(Int(event.a)), isUp[host], check.life == lives[host] else { return }
            feed(host, .verified(check.ticket, check.verdict))
        }
    }

    private func deliver(_ slot: Int, to host: Int, _ kind: Kind) {
        let sender = Int(senders[slot])
        let isStream = kind == .streamed
        let isHeard =
            isUp[host] && groups[host] == groups[sender] && !isDeaf[host]
            && (!isStream || (isUp[sender] && !isDeaf[sender]))
        guard isHeard else { return slab.remove(slot) }
        if let resumes = starved[host]?.waits(at: now) {
            // Each waits in the socket once, at the end of the wait; what finds it full is lost.
            guard starved[host]!.queued < StarvedHost.socketDatagrams else { return slab.remove(slot) }
            starved[host]!.queued += 1
            return queue.add(VirtualEvent(kind, slot, host), at: resumes)
        }
        if starved[host] != nil { starved[host]!.queued = max(0, starved[host]!.queued - 1) }
        let bytes = slab.bytes(slot)
        received[host] += Int64(bytes.count + SimulatedGossip.overheadBytes)
        let source = isStream ? Route.stream(ids[sender]) : .datagram(SimulatedGossip.address(sender))
        run(host) { $0.handle(datagram: bytes, from: source, sender: ids[sender], now: $1, into: &$2) }
        slab.remove(slot)
    }

    /// Gives a machine an input and carries out what it asks for.
    private func run(_ host: Int, _ handle: (inout Membership, Instant, inout Membership.Outputs) -> Void) {
        var outputs = Membership.Outputs()
        swap(&outputs, &self.outputs)
        outputs.removeAll()
        handle(&machines[host], instant, &outputs)
        var place = 0
        // What is signed here adds to the list that is walked.
        while place < outputs.all.count {
            perform(outputs.all[place], of: host, &outputs)
            place += 1
        }
        swap(&outputs, &self.outputs)
        let deadline = machines[host].nextDeadline
        let wake = deadline == .never ? Int64.max : max(deadline.nanoseconds, now)
        guard wake != nextWakes[host] || wake <= now else { return }
        nextWakes[host] = wake
        wakeNumbers[host] &+= 1
        if wake < .max { queue.add(VirtualEvent(.wake, Int32(host), wakeNumbers[host]), at: wake) }
    }

    private func perform(_ output: Membership.Output, of host: Int, _ outputs: inout Membership.Outputs) {
        switch output {
        case .send(let route, let part): outputs.withBytes(part) { transmit($0, from: host, by: route) }
        case .verify(let ticket, let part):
            let verdict = outputs.withBytes(part) { records.verdict(on: $0) }
            let place = checks.add(Check(ticket: ticket, verdict: verdict, life: lives[host]))
            queue.add(VirtualEvent(.verified, place, host), at: now + SimulatedGossip.verification)
        case .needSigned(let name, let version, let body):
            let record = records.sign(name, version, outputs.array(body))
            machines[host].handle(.publish(record), now: instant, into: &outputs)
        case .adoptEpoch: break
        case .event(let event): onEvent(host, event)
        }
    }

    private func transmit(_ bytes: UnsafeRawBufferPointer, from host: Int, by route: Route) {
        switch route {
        case .datagram(let address):
            if let target = hostOfAddress[address] { transmit(bytes, from: host, to: Int(target)) }
        case .stream(let id): stream(bytes, from: host, to: hostOfID[id])
        case .dial(let address): stream(bytes, from: host, to: hostOfAddress[address])
        }
    }

    private func transmit(_ bytes: UnsafeRawBufferPointer, from host: Int, to target: Int) {
        sentDatagrams += 1
        sent[host] += Int64(bytes.count + SimulatedGossip.overheadBytes)
        trace.mix(now)
        trace.mix(Int64(host) << 32 | Int64(target))
        trace.mix(bytes)
        let isLost = options.loss > 0 && Double.random(in: 0..<1, using: &random) < options.loss
        let delay = Int64.random(in: options.delay, using: &random)
        if !isLost { queue.add(VirtualEvent(.datagram, keep(bytes, from: host), target), at: now + delay) }
    }

    /// A session retransmits; a new one costs some round trips.
    private func stream(_ bytes: UnsafeRawBufferPointer, from host: Int, to target: Int32?) {
        guard let target, isUp[host] else { return }
        sent[host] += Int64(bytes.count + SimulatedGossip.overheadBytes)
        trace.mix(bytes)
        var delay = Int64.random(in: options.delay, using: &random) * 4
        while options.loss > 0, Double.random(in: 0..<1, using: &random) < options.loss { delay += 200_000_000 }
        queue.add(VirtualEvent(.streamed, keep(bytes, from: host), Int(target)), at: now + delay)
    }

    private func keep(_ bytes: UnsafeRawBufferPointer, from host: Int) -> Int {
        let slot = slab.add(bytes)
        if slot == senders.count { senders.append(Int32(host)) } else { senders[slot] = Int32(host) }
        return slot
    }
}

extension GossipWorld {
    /// A machine of its own that has taken in all hosts by their records, each in memory that nothing else shares.
    func tableOfOwn() -> Membership {
        var known = SettledGroup()
        var own = machines[0]
        _ = own.begin(now: instant) { SimulatedSignature.sign($0, $2, $1) }
        for host in ids.indices.dropFirst() {
            var machine = machines[host]
            var pulse = GossipWorld.pulse
            pulse.holdings = [ImageID(Digest(prefix: 1)), ImageID(Digest(prefix: 2))]
            machine.handle(.report(pulse), now: instant, into: &scratch)
            scratch.removeAll()
            for record in machine.begin(now: instant, signing: { SimulatedSignature.sign($0, $2, $1) }) {
                known.add(record, now: instant)
            }
        }
        known.seal()
        own.adopt(known, now: instant)
        return own
    }
}
