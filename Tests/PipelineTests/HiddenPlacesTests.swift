import Basics
import Pipeline
import Testing

/// Racks that nobody has told of, found by the delays of full links.
@Suite struct HiddenPlacesTests {
    /// Racks of eight hosts each, mixed, as their order has them.
    private struct World {
        let inputs: PlanInputs
        var racks: [Int]
        /// Round trips to and from this host, whoever asks: its own link is full.
        var busy: Set<Int> = []
        /// Racks whose links are not full.
        var idle: Set<Int> = []

        init(racks count: Int, labels: Bool = false) {
            let hosts = (0..<count * 8).map { number in
                PlanInputs.Host(
                    peer: peer(UInt8(number)), up: 5_000_000, down: 5_000_000,
                    rack: labels ? "r\(number % count)" : "", isHolder: number == 0)
            }
            inputs = PlanInputs(hosts: hosts, bytes: 1 << 26)
            let numbers = Dictionary(uniqueKeysWithValues: hosts.enumerated().map { ($1.peer, $0) })
            racks = inputs.hosts.map { numbers[$0.peer]! % count }
        }

        func roundTrip(_ a: Int, _ b: Int, _ random: inout RandomSource) -> Duration {
            var microseconds = Int.random(in: 300...3_000, using: &random)
            if racks[a] != racks[b], !idle.contains(racks[a]) || !idle.contains(racks[b]) {
                microseconds += Int.random(in: 30_000...70_000, using: &random)
            }
            for host in [a, b] where busy.contains(host) { microseconds += 30_000 }
            return .microseconds(microseconds)
        }

        /// What a host tells after it asked all others.
        func sight(_ place: Int, _ random: inout RandomSource) -> [PeerID: EchoLevel] {
            var levels: [PeerID: EchoLevel] = [:]
            for other in inputs.hosts.indices where other != place {
                levels[inputs.hosts[other].peer] = EchoLevel(roundTrip(place, other, &random))
            }
            return levels
        }

        func keeper(_ place: Int) -> PlanKeeper { PlanKeeper(own: inputs.hosts[place].peer, inputs: inputs) }

        /// What all hosts together know.
        func news(_ seed: UInt64, silent: Set<Int> = [], after: PlanNews = PlanNews()) -> PlanNews {
            var random = RandomSource(seed: seed)
            var all = after
            for place in inputs.hosts.indices where !silent.contains(place) {
                var own = keeper(place)
                _ = own.take(after, now: .origin)
                let told = own.saw(sight(place, &random), now: .origin)
                all.sightings += told.sightings
            }
            return all
        }

        /// Whether the groups of a peer's inputs are exactly the racks, for all hosts but some.
        func areRacks(_ found: PlanInputs, but: Set<Int> = []) -> Bool {
            var names: [Int: Set<String>] = [:]
            for (place, host) in found.hosts.enumerated() where !but.contains(place) {
                names[racks[place], default: []].insert(host.rack)
            }
            let all = names.values.flatMap { $0 }
            return names.values.allSatisfy { $0.count == 1 && $0 != [""] } && Set(all).count == names.count
        }
    }

    @Test("racks are found, and the plan enters each once", arguments: UInt64(1)...10)
    func found(seed: UInt64) {
        let world = World(racks: 4)
        var keeper = world.keeper(5)
        let news = world.news(seed, silent: [0])
        #expect(keeper.take(news, now: .origin) == news)
        #expect(keeper.due < .never)
        let inputs = keeper.inputs
        #expect(world.areRacks(inputs))
        #expect(inputs.links.count == 4)
        // Nothing of it is new a second time.
        #expect(keeper.take(news, now: .origin).isEmpty)
        // One copy of each stripe crosses into each rack: what more would cross is more than the links carry.
        let plan = PipelinePlan(inputs)
        let trees = plan.tiers.compactMap(\.plan).flatMap(\.trees)
        for tree in trees {
            let crossing = tree.parents.enumerated().count { host, parent in
                parent >= 0 && world.racks[host] != world.racks[Int(parent)]
            }
            #expect(crossing == 3)
        }
    }

    @Test("peers that hear the same in another order find the same", arguments: UInt64(1)...5)
    func order(seed: UInt64) {
        var world = World(racks: 4)
        let first = world.news(seed)
        world.busy = [3, 9, 17]
        let all = world.news(seed + 100, after: first)
        var random = RandomSource(seed: seed)
        var one = world.keeper(5)
        var other = world.keeper(20)
        for sighting in all.sightings.shuffled(using: &random) {
            _ = one.take(PlanNews(sightings: [sighting]), now: .origin)
        }
        for sighting in all.sightings.shuffled(using: &random) {
            _ = other.take(PlanNews(sightings: [sighting]), now: .origin)
        }
        #expect(one.inputs == other.inputs)
        #expect(world.areRacks(one.inputs))
    }

    @Test("hosts whose own links are full later stay in their racks")
    func busyLater() {
        var world = World(racks: 4)
        let first = world.news(1)
        world.busy = [4, 8]
        var keeper = world.keeper(5)
        _ = keeper.take(world.news(2, after: first), now: .origin)
        #expect(world.areRacks(keeper.inputs))
    }

    @Test("a source whose own link is full from the start belongs to the rack that hears it soonest")
    func busySource() {
        var world = World(racks: 4)
        world.busy = [11]
        var keeper = world.keeper(5)
        _ = keeper.take(world.news(3, silent: [11]), now: .origin)
        #expect(world.areRacks(keeper.inputs))
    }

    @Test("racks between which nothing is full yet are told apart when it is")
    func later() {
        var world = World(racks: 4)
        world.idle = [1, 3]
        let first = world.news(4)
        var keeper = world.keeper(5)
        _ = keeper.take(first, now: .origin)
        #expect(Set(keeper.inputs.hosts.map(\.rack)).count == 3)
        world.idle = []
        _ = keeper.take(world.news(5, after: first), now: .origin)
        #expect(world.areRacks(keeper.inputs))
    }

    @Test("a few that asked before a link was full do not make one group of two racks", arguments: UInt64(1)...5)
    func early(seed: UInt64) {
        let world = World(racks: 4)
        var before = world
        before.idle = [1, 3]
        let early = Set(world.racks.indices.filter { world.racks[$0] == 1 || world.racks[$0] == 3 }.prefix(6))
        let late = Set(world.racks.indices).subtracting(early)
        let news = before.news(seed, silent: late) + world.news(seed + 100, silent: early)
        var keeper = world.keeper(5)
        _ = keeper.take(news, now: .origin)
        #expect(world.areRacks(keeper.inputs))
    }

    @Test("a host in the wrong group moves to its own when it hears that", arguments: UInt64(1)...5)
    func wrongGroup(seed: UInt64) {
        let world = World(racks: 4)
        var mistaken = world
        let host = world.racks.firstIndex(of: 1)!
        mistaken.racks[host] = 3
        let first = mistaken.news(seed)
        var keeper = world.keeper(5)
        _ = keeper.take(first, now: .origin)
        #expect(mistaken.areRacks(keeper.inputs))
        _ = keeper.take(world.news(seed + 100, after: first), now: .origin)
        #expect(world.areRacks(keeper.inputs))
    }

    @Test("on one switch, with labels, or from delays by chance nothing is found")
    func nothing() {
        let flat = World(racks: 1)
        var keeper = flat.keeper(5)
        _ = keeper.take(flat.news(6), now: .origin)
        #expect(keeper.inputs == flat.inputs)
        let labelled = World(racks: 4, labels: true)
        keeper = labelled.keeper(5)
        #expect(keeper.take(labelled.news(7), now: .origin).isEmpty)
        // Hosts that wait for processors answer late, whoever asks.
        var random = RandomSource(seed: 8)
        var noise = PlanNews()
        for place in flat.inputs.hosts.indices {
            var own = flat.keeper(place)
            let levels = flat.inputs.hosts.map { host in
                (host.peer, EchoLevel(.milliseconds(Bool.random(using: &random) ? 1 : 60)))
            }
            noise.sightings += own.saw(Dictionary(uniqueKeysWithValues: levels), now: .origin).sightings
        }
        keeper = flat.keeper(5)
        _ = keeper.take(noise, now: .origin)
        #expect(keeper.inputs.links.isEmpty)
    }

    @Test("sightings of other hosts, of strangers and beyond limits are not taken")
    func hostile() {
        let world = World(racks: 4)
        var keeper = world.keeper(5)
        let good = world.news(9).sightings[3]
        func with(
            inputs: UInt64? = nil, observer: Int? = nil, version: UInt32? = nil, place: Int? = nil
        ) -> PlaceSighting {
            PlaceSighting(
                inputs: inputs ?? good.inputs, observer: observer ?? good.observer, version: version ?? good.version,
                echoes: place.map { [.init(place: $0, level: EchoLevel(rawValue: 1))] } ?? good.echoes)
        }
        let bad = [
            with(inputs: 1), with(observer: 32), with(observer: 65_535), with(version: 0),
            with(version: 1), with(version: 10), with(version: .max), with(place: 32),
        ]
        #expect(keeper.take(PlanNews(sightings: bad), now: .origin).isEmpty)
        #expect(keeper.take(PlanNews(sightings: [good]), now: .origin).count == 1)
    }

    @Test("a host asks for echoes only while less comes than planned, and tells what it heard once in a while")
    func watch() {
        let world = World(racks: 4)
        let own = world.inputs.hosts[5].peer
        func run(_ share: Double, seconds: Int) -> (asked: Int, told: Int) {
            var watch = EchoWatch(own: own, inputs: world.inputs)
            var random = RandomSource(seed: 1)
            var (asked, told) = (0, 0)
            for tick in 1...(seconds * 10) {
                let now = Instant.origin + .milliseconds(tick * 100)
                let received = Int(Double(tick) * 100_000 * share)
                switch watch.look(received: received, planned: 1_000_000, isInRow: false, now: now) {
                case .nothing: break
                case .ask(let peers):
                    asked += 1
                    for peer in peers {
                        let place = world.inputs.hosts.firstIndex { $0.peer == peer }!
                        watch.echoed(peer, after: world.roundTrip(5, place, &random))
                    }
                    // Answers of those that were not asked do not count.
                    watch.echoed(own, after: .zero)
                case .tell(let levels):
                    told += 1
                    #expect(levels.count == 31 && levels[own] == nil)
                case .doubt: Issue.record("nobody stands in a row")
                }
            }
            return (asked, told)
        }
        #expect(run(0.97, seconds: 20).asked == 0)
        let poor = run(0.3, seconds: 300)
        #expect(poor.told >= 3 && poor.told <= 6)
        #expect(poor.asked <= 3 * poor.told)
        // A little less than planned says nothing any more once links were found.
        #expect(run(0.85, seconds: 300).told == 1)
        // Who has a label, or few others, asks nobody.
        let labelled = World(racks: 4, labels: true)
        var watch = EchoWatch(own: labelled.inputs.hosts[5].peer, inputs: labelled.inputs)
        for tick in 1...100 {
            #expect(
                watch.look(
                    received: tick, planned: 1_000_000, isInRow: false, now: .origin + .milliseconds(tick * 100))
                    == .nothing)
        }
    }

    @Test("levels are eighths of octaves")
    func levels() {
        #expect(EchoLevel(.microseconds(0)).rawValue == 0 && EchoLevel(.microseconds(1)).rawValue == 0)
        #expect(EchoLevel(.microseconds(2)).rawValue == 8 && EchoLevel(.microseconds(3)).rawValue == 12)
        #expect(EchoLevel(.milliseconds(1)).rawValue == 79)
        #expect(EchoLevel(.seconds(1_000_000)).rawValue == 255)
    }
}
