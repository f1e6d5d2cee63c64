import Basics
import Gossip

/// Peers in one process under virtual time, with delay, loss and partitions: what the shell does, without sockets.
struct VirtualNetwork {
    struct Host {
        var machine: Membership
        let id: PeerID
        let address: PeerAddress
        var isUp = true
        /// Hosts of different groups do not hear each other.
        var group = 0
        /// It sends but hears nothing.
        var isDeaf = false
        /// Datagrams do not reach it, sessions do.
        var isUnreachable = false
        /// It gets no processor time until then; what is for it waits.
        var pausedUntil = Instant.origin
        var life = 0
        var nextWake = Instant.never
        var events: [(at: Instant, event: MembershipEvent)] = []
        var adoptedEpochs: [UInt32] = []
    }

    private enum Event {
        case start(Int, seeds: [PeerAddress])
        case deliver(to: Int, from: Int, bytes: [UInt8], isStream: Bool)
        case verified(Int, life: Int, VerificationTicket, Bool)
        case wake(Int, life: Int)
    }

    private(set) var now = Instant.origin + .seconds(1)
    private(set) var hosts: [Host] = []
    private(set) var trace = TraceHash()
    private(set) var sentDatagrams = 0
    /// With what sealing, UDP and IPv4 add.
    private(set) var sentBytes = 0
    private(set) var largestDatagram = 0
    var loss = 0.0
    /// No datagram gets through; sessions do.
    var isBlocked = false
    private(set) var streamedMessages = 0
    /// All hosts share processors that are too few: whatever wakes one, it runs up to so much later.
    var slowness = Duration.zero
    var settings = GossipSettings()

    private let seed: UInt64
    private var random: RandomSource
    private var queue = EventQueue<Event>()
    private var outputs = Membership.Outputs()
    private var indexByAddress: [PeerAddress: Int] = [:]

    static let overheadBytes = 61 + 16 + 28

    init(seed: UInt64) {
        self.seed = seed
        random = RandomSource(seed: seed)
    }

    static func address(_ index: Int) -> PeerAddress {
        PeerAddress(ipv4: 10, 77, UInt8(index / 250), UInt8(index % 250 + 1), port: 7411)
    }

    static func card(_ index: Int) -> Card {
        Card(
            addresses: [address(index)], name: "h\(index)", site: "tokyo", rack: "r\(index % 4)",
            certificate: [UInt8](repeating: UInt8(truncatingIfNeeded: index), count: 520))
    }

    static let pulse = Pulse(freeMemoryMiB: 2048, totalMemoryMiB: 4096, vcpus: 4)

    /// Adds a host and starts it; returns its index.
    @discardableResult
    mutating func add(seeds: [Int], epoch: UInt32 = 1, after delay: Duration = .zero) -> Int {
        let index = hosts.count
        let id = PeerID(Digest(bytes: random.bytes(32))!)
        let address = VirtualNetwork.address(index)
        hosts.append(Host(machine: machine(id, index, epoch), id: id, address: address))
        indexByAddress[address] = index
        queue.add(.start(index, seeds: seeds.map(VirtualNetwork.address)), at: now + delay)
        return index
    }

    /// Hosts that all start now and know the first two.
    mutating func add(count: Int) {
        for _ in 0..<count { add(seeds: [0, 1]) }
    }

    private mutating func machine(_ id: PeerID, _ index: Int, _ epoch: UInt32) -> Membership {
        Membership(
            ownID: id, card: VirtualNetwork.card(index), pulse: VirtualNetwork.pulse, epoch: epoch,
            settings: settings, seed: random.next())
    }

    /// kill -9.
    mutating func crash(_ index: Int) {
        hosts[index].isUp = false
        hosts[index].life += 1
    }

    /// Starts a crashed host again, with the same identity.
    mutating func restart(_ index: Int, epoch: UInt32, seeds: [Int]) {
        hosts[index].machine = machine(hosts[index].id, index, epoch)
        hosts[index].isUp = true
        hosts[index].nextWake = .never
        queue.add(.start(index, seeds: seeds.map(VirtualNetwork.address)), at: now)
    }

    mutating func setGroup(_ group: Int, of indices: some Sequence<Int>) {
        for index in indices { hosts[index].group = group }
    }

    mutating func setDeaf(_ index: Int, _ isDeaf: Bool) { hosts[index].isDeaf = isDeaf }

    mutating func setUnreachable(_ index: Int, _ isUnreachable: Bool) { hosts[index].isUnreachable = isUnreachable }

    mutating func pause(_ index: Int, for duration: Duration) { hosts[index].pausedUntil = now + duration }

    mutating func run(for duration: Duration) {
        let end = now + duration
        while let next = queue.nextTime, next <= end { step() }
        now = end
    }

    /// Runs until a condition holds (looked at every 10 ms); the time it took, or nil.
    mutating func run(atMost limit: Duration, until holds: (VirtualNetwork) -> Bool) -> Duration? {
        let start = now
        while now < start + limit {
            if holds(self) { return now - start }
            run(for: .milliseconds(10))
        }
        return holds(self) ? now - start : nil
    }

    mutating func input(_ index: Int, _ input: Membership.Input) {
        feed(index) { $0.handle(input, now: $1, into: &$2) }
    }

    /// A datagram of one host reaches another one.
    mutating func deliver(_ bytes: [UInt8], to index: Int, from origin: Int, isStream: Bool = false) {
        let source = hosts[origin]
        deliver(bytes, to: index, as: isStream ? .stream(source.id) : .datagram(source.address), sender: source.id)
    }

    mutating func deliver(_ bytes: [UInt8], to index: Int, as source: Route, sender: PeerID) {
        feed(index) { machine, now, outputs in
            bytes.withUnsafeBytes {
                machine.handle(datagram: $0, from: source, sender: sender, now: now, into: &outputs)
            }
        }
    }

    private mutating func feed(
        _ index: Int, _ handle: (inout Membership, Instant, inout Membership.Outputs) -> Void
    ) {
        var outputs = Membership.Outputs()
        swap(&outputs, &self.outputs)
        outputs.removeAll()
        handle(&hosts[index].machine, now, &outputs)
        var place = 0
        // What is signed here adds to the list that is walked.
        while place < outputs.all.count {
            perform(outputs.all[place], of: index, &outputs)
            place += 1
        }
        self.outputs = outputs
        var deadline = hosts[index].machine.nextDeadline
        precondition(deadline > now, "a deadline in the past would spin the shell")
        if deadline != .never { deadline = deadline + slowDown() }
        if deadline < hosts[index].nextWake || hosts[index].nextWake <= now {
            hosts[index].nextWake = deadline
            if deadline != .never { queue.add(.wake(index, life: hosts[index].life), at: max(deadline, now)) }
        }
    }

    private mutating func slowDown() -> Duration {
        slowness == .zero ? .zero : .microseconds(Int64.random(in: 0...Int64(slowness.inSeconds * 1e6), using: &random))
    }

    private mutating func perform(
        _ output: Membership.Output, of index: Int, _ outputs: inout Membership.Outputs
    ) {
        switch output {
        case .send(let route, let bytes): transmit(outputs.array(bytes), from: index, by: route)
        case .verify(let ticket, let bytes):
            let record = try! SignedRecord(decoding: outputs.array(bytes))
            queue.add(
                .verified(index, life: hosts[index].life, ticket, Notary.isGood(record)),
                at: now + .microseconds(300))
        case .needSigned(let name, let version, let body):
            let record = Notary.sign(name.owner, name.kind, item: name.item, version, outputs.array(body))
            hosts[index].machine.handle(.publish(record), now: now, into: &outputs)
        case .adoptEpoch(let epoch): hosts[index].adoptedEpochs.append(epoch)
        case .event(let event):
            hosts[index].events.append((now, event))
            trace.mix("\(event)".utf8)
        }
    }

    private mutating func transmit(_ bytes: [UInt8], from index: Int, by route: Route) {
        largestDatagram = max(largestDatagram, bytes.count)
        trace.mix(now.nanoseconds)
        trace.mix(Int64(index))
        trace.mix(bytes)
        let isLost = Double.random(in: 0..<1, using: &random) < loss
        let delay = Duration.microseconds(Int64.random(in: 200...2000, using: &random))
        switch route {
        case .datagram(let address):
            sentDatagrams += 1
            sentBytes += bytes.count + VirtualNetwork.overheadBytes
            guard !isLost, !isBlocked, let to = indexByAddress[address] else { return }
            queue.add(.deliver(to: to, from: index, bytes: bytes, isStream: false), at: now + delay + slowDown())
        case .stream(let id): stream(bytes, from: index, to: hosts.firstIndex { $0.id == id }, delay)
        case .dial(let address): stream(bytes, from: index, to: indexByAddress[address], delay)
        }
    }

    /// A session retransmits; a new one costs some round trips.
    private mutating func stream(_ bytes: [UInt8], from index: Int, to: Int?, _ delay: Duration) {
        streamedMessages += 1
        guard let to else { return }
        var took = delay * 4
        while Double.random(in: 0..<1, using: &random) < loss { took = took + .milliseconds(200) }
        queue.add(.deliver(to: to, from: index, bytes: bytes, isStream: true), at: now + took + slowDown())
    }

    /// When a paused host comes to this, or nil when it runs.
    private mutating func resumption(of event: Event) -> Instant? {
        let index =
            switch event {
            case .start(let index, _), .deliver(let index, _, _, _), .verified(let index, _, _, _), .wake(let index, _):
                index
            }
        let resumes = hosts[index].pausedUntil
        guard resumes > now else { return nil }
        if case .wake = event, hosts[index].nextWake <= now { hosts[index].nextWake = resumes }
        return resumes
    }

    private mutating func step() {
        guard let (at, event) = queue.pop() else { return }
        now = max(now, at)
        if let resumes = resumption(of: event) { return queue.add(event, at: resumes) }
        switch event {
        case .start(let index, let seeds): input(index, .start(seeds: seeds))
        case .deliver(let to, let from, let bytes, let isStream):
            guard hosts[to].isUp, hosts[to].group == hosts[from].group else { return }
            guard isStream || !hosts[to].isUnreachable else { return }
            // A session needs both directions, and both ends.
            guard !hosts[to].isDeaf, !isStream || (hosts[from].isUp && !hosts[from].isDeaf) else { return }
            deliver(bytes, to: to, from: from, isStream: isStream)
        case .verified(let index, let life, let ticket, let isGood):
            guard hosts[index].isUp, hosts[index].life == life else { return }
            input(index, .verified(ticket, isGood ? .good : .bad))
        case .wake(let index, let life):
            guard hosts[index].isUp, hosts[index].life == life, hosts[index].nextWake == at else { return }
            input(index, .timer)
        }
    }
}

extension VirtualNetwork {
    var running: [Host] { hosts.filter(\.isUp) }

    /// Every running host knows all running hosts as alive, with their pulses, and no other as present.
    var hasFullView: Bool {
        let running = self.running
        return running.allSatisfy { host in
            host.machine.presentCount == running.count
                && host.machine.views.allSatisfy { !$0.state.isPresent || ($0.state == .alive && $0.pulse != nil) }
        }
    }

    /// Every running host thinks this of another one.
    func everybody(thinks state: MemberState, of index: Int) -> Bool {
        running.allSatisfy { $0.id == hosts[index].id || $0.machine.view(of: hosts[index].id)?.state == state }
    }

    /// How many deaths of hosts were declared in all.
    var deaths: Int {
        hosts.reduce(0) { sum, host in
            sum
                + host.events.count {
                    if case .dead = $0.event { return true }
                    return false
                }
        }
    }

    /// A network of peers that has settled.
    static func settled(_ count: Int, seed: UInt64, for duration: Duration = .seconds(20)) -> VirtualNetwork {
        var network = VirtualNetwork(seed: seed)
        network.add(count: count)
        network.run(for: duration)
        return network
    }
}

extension Duration {
    /// For printed figures: `1.37 s`.
    var text: String {
        let hundredths = Int((inSeconds * 100).rounded())
        return "\(hundredths / 100).\(hundredths % 100 / 10)\(hundredths % 10) s"
    }
}

extension Membership {
    /// A datagram whose bytes are an array.
    mutating func take(
        _ bytes: [UInt8], from address: PeerAddress, sender: PeerID, now: Instant, into outputs: inout Outputs
    ) {
        bytes.withUnsafeBytes {
            handle(datagram: $0, from: .datagram(address), sender: sender, now: now, into: &outputs)
        }
    }
}
