package import Basics
package import Gossip

/// The membership machines of many peers in virtual time: what their daemons would do, on a network with delays, loss
/// and faults.
///
/// The same seed gives the same run in every process; ``trace`` says so.
package final class GossipWorld {
    package struct Options {
        /// The chance that a datagram is lost.
        package var loss = 0.0
        /// How long a datagram takes.
        package var delay: ClosedRange<Int64> = 200_000...2_000_000
        package var settings = GossipSettings()
        /// Into how many sites of equal size the hosts are divided; each is a group of its own.
        package var sites = 1

        package init() {}
    }

    enum Kind: UInt8, Sendable {
        /// A datagram (slot a) reaches a machine (b); the same over a session.
        case datagram
        case streamed
        /// A machine (a) is due (number b).
        case wake
        /// A record's check (a) ends at a machine (b).
        case verified
        /// A host (a) looks at what it carries between sites.
        case relay
    }

    private struct Check {
        let ticket: VerificationTicket
        let verdict: Membership.Verdict
        let life: Int32
    }

    var options: Options
    private(set) var now: Int64 = 1_000_000_000
    private(set) var trace = TraceHash()
    package let ids: [PeerID]
    /// Those of the hosts in the groups of their sites, in the order of ``ids``, then those of bridges in their group.
    package private(set) var machines: [Membership] = []
    /// Of each machine.
    private(set) var hosts: [Int32]
    /// A host's machine in the group of bridges, or -1; empty where there is one site.
    var bridgeMachines: [Int32] = []
    var relays: [SiteRelay] = []
    var relayWakes: [Int64] = []
    package private(set) var isUp: [Bool]
    private var upPerSite: [Int]
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

    var random: RandomSource
    var queue = EventHeap<Kind>()
    private let slab = DatagramSlab()
    private var senders: [Int32] = []
    private var checks = Slots<Check>()
    /// Of each machine: which of its lives it is in, when it wakes, which wake that is.
    private var lives: [Int32]
    private var nextWakes: [Int64]
    private var wakeNumbers: [Int32]
    private var outputs = Membership.Outputs()
    private var scratch = Membership.Outputs()
    var records = SharedRecords()
    private let hostOfAddress: [PeerAddress: Int32]
    private let hostOfID: [PeerID: Int32]

    /// A chain of two certificates as they are: 4 + 158 + 232 bytes (docs/wire/trust-objects.md).
    private static let certificateBytes = 394

    package init(hosts count: Int, seed: UInt64, options: Options = Options()) {
        self.options = options
        var random = RandomSource(seed: seed)
        ids = (0..<count).map { _ in PeerID(Digest(bytes: random.bytes(32))!) }
        self.random = random
        isUp = [Bool](repeating: true, count: count)
        upPerSite = (0..<options.sites).map { site in (0..<count).count { $0 * options.sites / count == site } }
        groups = [Int32](repeating: 0, count: count)
        isDeaf = [Bool](repeating: false, count: count)
        sent = [Int64](repeating: 0, count: count)
        received = [Int64](repeating: 0, count: count)
        lives = [Int32](repeating: 0, count: count)
        nextWakes = [Int64](repeating: .max, count: count)
        wakeNumbers = [Int32](repeating: 0, count: count)
        hosts = (0..<count).map { Int32($0) }
        hostOfAddress = Dictionary(
            uniqueKeysWithValues: (0..<count).map { (SimulatedGossip.address($0), Int32($0)) })
        hostOfID = Dictionary(uniqueKeysWithValues: ids.enumerated().map { ($1, Int32($0)) })
        machines.reserveCapacity(count)
        for host in 0..<count { machines.append(machine(host, epoch: 1)) }
        if options.sites > 1 { prepareRelays() }
    }

    /// Of every datagram: equal for equal seeds, in every process.
    package var traceText: String { trace.text }
    var instant: Instant { Instant(nanoseconds: now) }
    var count: Int { ids.count }

    static let pulse = Pulse(freeMemoryMiB: 2048, totalMemoryMiB: 4096, vcpus: 4)

    /// Hosts of a site have neighbouring numbers.
    package func site(of host: Int) -> Int { host * options.sites / count }

    func siteName(of host: Int) -> String { options.sites == 1 ? "site" : "site-\(site(of: host))" }

    /// How many hosts of a host's site run, itself included.
    func upInSite(of host: Int) -> Int { upPerSite[site(of: host)] }

    private func machine(_ host: Int, epoch: UInt32) -> Membership {
        let card = Card(
            addresses: [SimulatedGossip.address(host)], name: "host-\(host)", site: siteName(of: host),
            rack: "rack-\(host / 40)",
            certificate: [UInt8](repeating: UInt8(truncatingIfNeeded: host), count: GossipWorld.certificateBytes))
        return Membership(
            ownID: ids[host], card: card, pulse: GossipWorld.pulse, epoch: epoch, settings: options.settings,
            seed: random.next())
    }

    // MARK: What happens to hosts

    /// All hosts of each site know each other, and have nothing left to tell; so have the bridges of all sites.
    package func settle() {
        for group in Dictionary(grouping: ids.indices, by: site(of:)).sorted(by: { $0.key < $1.key }) {
            settle(machines: group.value)
        }
        if options.sites > 1 { settleBridges() }
    }

    /// Machines that know each other.
    func settle(machines group: [Int]) {
        var known = SettledGroup()
        for machine in group {
            let said = machines[machine].begin(now: instant) { records.sign($0, $2, $1) }
            for record in said { known.add(record, now: instant) }
        }
        known.seal()
        for machine in group {
            machines[machine].adopt(known, now: instant)
            feed(machine, .timer)
        }
    }

    /// A host's machine in the group of bridges; a new one each time that it joins.
    func addBridgeMachine(of host: Int) -> Int {
        machines.append(machine(host, epoch: UInt32(1 + machines.count / count)))
        hosts.append(Int32(host))
        lives.append(0)
        nextWakes.append(.max)
        wakeNumbers.append(0)
        bridgeMachines[host] = Int32(machines.count - 1)
        return machines.count - 1
    }

    /// Starts hosts that know only the first ones.
    func start(seeds count: Int) {
        for host in ids.indices {
            feed(host, .start(seeds: (0..<count).filter { $0 != host }.map { SimulatedGossip.address($0) }))
        }
    }

    /// kill -9.
    package func crash(_ host: Int) {
        guard isUp[host] else { return }
        isUp[host] = false
        upPerSite[site(of: host)] -= 1
        for machine in [host] + (bridgeMachine(of: host).map { [$0] } ?? []) { stop(machine) }
    }

    /// Nothing that is under way reaches it.
    func stop(_ machine: Int) {
        lives[machine] &+= 1
        wakeNumbers[machine] &+= 1
        nextWakes[machine] = .max
    }

    func report(_ host: Int, _ pulse: Pulse) { feed(host, .report(pulse)) }

    package func feed(_ machine: Int, _ input: Membership.Input) {
        run(machine) { $0.handle(input, now: $1, into: &$2) }
    }

    /// A datagram that a host of this name sends, whatever its own machine does.
    func inject(from host: Int, to target: Int, _ write: (inout Membership.Outputs) -> DatagramWriter) {
        var outputs = Membership.Outputs()
        let writer = write(&outputs)
        let part = writer.finish(outputs)
        outputs.withBytes(part) { transmit($0, from: host, to: target) }
    }

    // MARK: Time

    package func run(for nanoseconds: Int64) {
        let end = now + nanoseconds
        while let next = queue.nextTime, next <= end { step() }
        now = end
    }

    /// Runs until a condition holds, looked at every 10 ms; the nanoseconds it took, or nil.
    package func run(atMost limit: Int64, until holds: () -> Bool) -> Int64? {
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
            let machine = Int(event.a)
            let host = Int(hosts[machine])
            guard isUp[host], wakeNumbers[machine] == event.b else { return }
            if let resumes = starved[host]?.waits(at: now) {
                return queue.add(VirtualEvent(.wake, event.a, event.b), at: resumes)
            }
            feed(machine, .timer)
        case .verified:
            let machine = Int(event.b)
            guard let check = checks.take(Int(event.a)), isUp[Int(hosts[machine])], check.life == lives[machine] else {
                return
            }
            feed(machine, .verified(check.ticket, check.verdict))
        case .relay:
            let host = Int(event.a)
            if isUp[host], relayWakes[host] == at { relay(host) }
        }
    }

    private func deliver(_ slot: Int, to machine: Int, _ kind: Kind) {
        let host = Int(hosts[machine])
        let sender = Int(hosts[Int(senders[slot])])
        let isStream = kind == .streamed
        let isHeard =
            isUp[host] && groups[host] == groups[sender] && !isDeaf[host]
            && (!isStream || (isUp[sender] && !isDeaf[sender]))
        guard isHeard else { return slab.remove(slot) }
        if let resumes = starved[host]?.waits(at: now) {
            // Each waits in the socket once, at the end of the wait; what finds it full is lost.
            guard starved[host]!.queued < StarvedHost.socketDatagrams else { return slab.remove(slot) }
            starved[host]!.queued += 1
            return queue.add(VirtualEvent(kind, slot, machine), at: resumes)
        }
        if starved[host] != nil { starved[host]!.queued = max(0, starved[host]!.queued - 1) }
        let bytes = slab.bytes(slot)
        received[host] += Int64(bytes.count + SimulatedGossip.overheadBytes)
        let source = isStream ? Route.stream(ids[sender]) : .datagram(SimulatedGossip.address(sender))
        run(machine) { $0.handle(datagram: bytes, from: source, sender: ids[sender], now: $1, into: &$2) }
        slab.remove(slot)
    }

    /// Gives a machine an input and carries out what it asks for.
    private func run(_ machine: Int, _ handle: (inout Membership, Instant, inout Membership.Outputs) -> Void) {
        var outputs = Membership.Outputs()
        swap(&outputs, &self.outputs)
        outputs.removeAll()
        handle(&machines[machine], instant, &outputs)
        var place = 0
        // What is signed here adds to the list that is walked.
        while place < outputs.all.count {
            perform(outputs.all[place], of: machine, &outputs)
            place += 1
        }
        swap(&outputs, &self.outputs)
        let deadline = GossipWorld.deadline(of: &machines[machine])
        let wake = deadline == .never ? Int64.max : max(deadline.nanoseconds, now)
        guard wake != nextWakes[machine] || wake <= now else { return }
        nextWakes[machine] = wake
        wakeNumbers[machine] &+= 1
        if wake < .max { queue.add(VirtualEvent(.wake, Int32(machine), wakeNumbers[machine]), at: wake) }
    }

    /// In place: a machine that is only read would be copied, with a reference to each of its tables.
    private static func deadline(of machine: inout Membership) -> Instant { machine.nextDeadline }

    private func perform(_ output: Membership.Output, of machine: Int, _ outputs: inout Membership.Outputs) {
        switch output {
        case .send(let route, let part): outputs.withBytes(part) { transmit($0, from: machine, by: route) }
        case .verify(let ticket, let part):
            let verdict = outputs.withBytes(part) { records.verdict(on: $0) }
            let place = checks.add(Check(ticket: ticket, verdict: verdict, life: lives[machine]))
            queue.add(VirtualEvent(.verified, place, machine), at: now + SimulatedGossip.verification)
        case .needSigned(let name, let version, let body):
            let record = records.sign(name, version, outputs.array(body))
            machines[machine].handle(.publish(record), now: instant, into: &outputs)
        case .adoptEpoch: break
        case .event(let event):
            if machine < count { onEvent(machine, event) }
            if options.sites > 1 { note(event, of: machine) }
        }
    }

    private func transmit(_ bytes: UnsafeRawBufferPointer, from machine: Int, by route: Route) {
        switch route {
        case .datagram(let address):
            if let target = peer(of: machine, hostOfAddress[address]) { transmit(bytes, from: machine, to: target) }
        case .stream(let id): stream(bytes, from: machine, to: peer(of: machine, hostOfID[id]))
        case .dial(let address): stream(bytes, from: machine, to: peer(of: machine, hostOfAddress[address]))
        }
    }

    /// A host's machine in the same group as another machine.
    private func peer(of machine: Int, _ host: Int32?) -> Int? {
        guard let host else { return nil }
        return machine < count ? Int(host) : bridgeMachine(of: Int(host))
    }

    private func transmit(_ bytes: UnsafeRawBufferPointer, from machine: Int, to target: Int) {
        let host = Int(hosts[machine])
        sentDatagrams += 1
        sent[host] += Int64(bytes.count + SimulatedGossip.overheadBytes)
        trace.mix(now)
        trace.mix(Int64(machine) << 32 | Int64(target))
        trace.mix(bytes)
        let isLost = options.loss > 0 && Double.random(in: 0..<1, using: &random) < options.loss
        let delay = Int64.random(in: options.delay, using: &random)
        if !isLost { queue.add(VirtualEvent(.datagram, keep(bytes, from: machine), target), at: now + delay) }
    }

    /// A session retransmits; a new one costs some round trips.
    private func stream(_ bytes: UnsafeRawBufferPointer, from machine: Int, to target: Int?) {
        let host = Int(hosts[machine])
        guard let target, isUp[host] else { return }
        sent[host] += Int64(bytes.count + SimulatedGossip.overheadBytes)
        trace.mix(bytes)
        var delay = Int64.random(in: options.delay, using: &random) * 4
        while options.loss > 0, Double.random(in: 0..<1, using: &random) < options.loss { delay += 200_000_000 }
        queue.add(VirtualEvent(.streamed, keep(bytes, from: machine), target), at: now + delay)
    }

    private func keep(_ bytes: UnsafeRawBufferPointer, from machine: Int) -> Int {
        let slot = slab.add(bytes)
        if slot == senders.count { senders.append(Int32(machine)) } else { senders[slot] = Int32(machine) }
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
