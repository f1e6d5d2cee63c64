import Basics
import Pipeline

/// Exchanges that follow a plan of several stripes, with a loop instead of sockets: whoever is picked at random does one
/// thing. What a parent sends to a child arrives in order; everything else happens in any order.
struct ToyMesh {
    /// What is on its way from a parent to a child.
    private enum Frame {
        case accepted
        case progress(isWhole: Bool)
        case send(Exchange.Send)
    }

    private struct Wire {
        let parent: Int
        let child: Int
        let id: Exchange.ChildID
        var frames: [Frame] = []
    }

    private(set) var exchanges: [Exchange]
    private(set) var duplicates = 0
    private(set) var overruns = 0
    private(set) var unknown = 0
    /// How often a parent that has everything was asked for more on its word alone.
    private(set) var shared = 0
    /// Slices that went out, by parent.
    private(set) var sent: [Int]
    private var wires: [Wire] = []
    private var storing: [[Int]]
    private var loading: [(parent: Int, id: Exchange.ChildID, index: Int)] = []
    private var plans: [FetchPlan?]
    private var outputs: [Exchange.Output] = []
    private var alive: [Bool]
    private var random: RandomSource

    /// The first peer holds everything, the others hold something.
    init(seed: UInt64) {
        var random = RandomSource(seed: seed)
        let peers = Int.random(in: 2...12, using: &random)
        let count = Int.random(in: 1...80, using: &random)
        let lengths = (0..<count).map { _ in Int.random(in: 1...FormatLimits.chunkBytes, using: &random) }
        exchanges = (0..<peers).map { number in
            var held = Bitmap(count: count, filled: number == 0)
            for index in 0..<count where Int.random(in: 0..<10, using: &random) == 0 { held[index] = true }
            return Exchange(lengths: lengths, held: held)
        }
        storing = exchanges.map { _ in [] }
        sent = exchanges.map { _ in 0 }
        alive = exchanges.map { _ in true }
        plans = exchanges.map { _ in nil }
        self.random = random
        replan()
        for number in 1..<peers { receive(number) }
    }

    var isDone: Bool {
        exchanges.indices.allSatisfy { !alive[$0] || (exchanges[$0].held.isFull && storing[$0].isEmpty) }
    }
    var isQuiet: Bool { wires.allSatisfy { $0.frames.isEmpty || !alive[$0.parent] || !alive[$0.child] } }

    /// Draws other trees: in each stripe anybody may follow anybody who comes before it in the stripe's own order.
    mutating func replan() {
        let stripes = Int.random(in: 1...5, using: &random)
        var candidates = exchanges.map { _ in [[PeerID]]() }
        for _ in 0..<stripes {
            let order = [0] + exchanges.indices.dropFirst().filter { alive[$0] }.shuffled(using: &random)
            for (place, number) in order.enumerated().dropFirst() {
                let parent = order[Int.random(in: 0..<place, using: &random)]
                candidates[number].append([peer(UInt8(parent)), peer(0)])
            }
        }
        for number in exchanges.indices.dropFirst() where alive[number] {
            plans[number] = FetchPlan(candidates: candidates[number])
        }
    }

    /// One follows its plan, as it is now.
    mutating func receive(_ number: Int) {
        guard let plan = plans[number] else { return }
        exchanges[number].receive(plan, now: .origin, into: &outputs)
        carryOut(number)
    }

    /// All follow other trees from now on, each at its own time.
    mutating func change() {
        replan()
        for number in exchanges.indices.dropFirst().shuffled(using: &random) where alive[number] {
            receive(number)
            _ = run(limit: 20)
        }
    }

    /// A peer other than the first ends, if there is one; its children and parents hear of it.
    mutating func killSomebody() {
        guard let number = exchanges.indices.dropFirst().filter({ alive[$0] }).randomElement(using: &random) else {
            return
        }
        alive[number] = false
        for place in wires.indices where wires[place].parent == number || wires[place].child == number {
            let wire = wires[place]
            wires[place].frames = []
            if wire.child == number, alive[wire.parent] { exchanges[wire.parent].removeChild(wire.id) }
        }
        let children = Set(wires.filter { $0.parent == number && alive[$0.child] }.map(\.child)).sorted()
        for wire in wires where wire.parent == number || wire.child == number { forget(wire) }
        wires.removeAll { $0.parent == number || $0.child == number }
        for child in children {
            exchanges[child].handle(.lost(peer(UInt8(number))), now: .origin, into: &outputs)
            carryOut(child)
        }
    }

    /// Lets things happen until nothing more can, or until there were too many of them.
    mutating func run(limit: Int) -> Int {
        var steps = 0
        while !(isDone && isQuiet), steps < limit {
            switch Int.random(in: 0..<5, using: &random) {
            case 0: send(Int.random(in: exchanges.indices, using: &random))
            case 1: deliver()
            case 2: store(Int.random(in: exchanges.indices, using: &random))
            case 3: load()
            default: tell()
            }
            steps += 1
        }
        return steps
    }

    /// Nobody waits any more for what was read for a child that is gone.
    private mutating func forget(_ wire: Wire) {
        loading.removeAll { $0.parent == wire.parent && $0.id == wire.id }
    }

    private static func number(_ peer: PeerID) -> Int { Int(peer.description.suffix(2), radix: 16) ?? 0 }

    private mutating func carryOut(_ number: Int) {
        while !outputs.isEmpty {
            let batch = outputs
            outputs = []
            for output in batch {
                switch output {
                case .ask(let parent): ask(number, Self.number(parent))
                case .leave(let parent):
                    let parent = Self.number(parent)
                    guard let place = wires.firstIndex(where: { $0.parent == parent && $0.child == number }) else {
                        continue
                    }
                    let wire = wires.remove(at: place)
                    forget(wire)
                    exchanges[parent].removeChild(wire.id)
                case .missed, .failed: break
                }
            }
        }
    }

    private mutating func ask(_ number: Int, _ parent: Int) {
        guard alive[parent],
            let want = exchanges[number].takeWant(of: peer(UInt8(parent)), now: .origin)
        else { return }
        if let place = wires.firstIndex(where: { $0.parent == parent && $0.child == number }) {
            if !exchanges[parent].change(wires[place].id, to: want) { unknown += 1 }
            wires[place].frames.append(.accepted)
            return
        }
        guard let id = exchanges[parent].addChild(want, credit: exchanges[number].firstCredit()) else { return }
        wires.append(Wire(parent: parent, child: number, id: id, frames: [.accepted]))
    }

    private mutating func send(_ number: Int) {
        guard alive[number] else { return }
        for _ in 0..<Int.random(in: 1...40, using: &random) {
            var full: Set<Int> = []
            for wire in wires where wire.parent == number && wire.frames.count > 60 { full.insert(wire.id) }
            guard let (child, next) = exchanges[number].next({ !full.contains($0) }),
                let place = wires.firstIndex(where: { $0.parent == number && $0.id == child })
            else { return }
            switch next {
            case .load(let index): loading.append((number, child, index))
            case .announce: wires[place].frames.append(.send(next))
            case .slice:
                sent[number] += 1
                wires[place].frames.append(.send(next))
            }
        }
    }

    /// A parent that has nothing on its way to a child says that it is alive.
    private mutating func tell() {
        guard let place = wires.indices.randomElement(using: &random), alive[wires[place].parent],
            wires[place].frames.isEmpty, !exchanges[wires[place].child].held.isFull
        else { return }
        wires[place].frames.append(.progress(isWhole: exchanges[wires[place].parent].held.isFull))
    }

    private mutating func deliver() {
        guard !wires.isEmpty else { return }
        let place = Int.random(in: wires.indices, using: &random)
        let (parent, child) = (wires[place].parent, wires[place].child)
        for _ in 0..<Int.random(in: 1...40, using: &random) {
            guard let place = wires.firstIndex(where: { $0.parent == parent && $0.child == child }),
                !wires[place].frames.isEmpty
            else { return }
            switch wires[place].frames.removeFirst() {
            case .accepted:
                exchanges[child].handle(.accepted(peer(UInt8(parent))), now: .origin, into: &outputs)
                carryOut(child)
            case .progress(let isWhole):
                let input = isWhole ? Exchange.Input.whole(peer(UInt8(parent))) : .starved(peer(UInt8(parent)))
                exchanges[child].handle(input, now: .origin, into: &outputs)
                if !outputs.isEmpty { shared += 1 }
                carryOut(child)
            case .send(.announce(let index)):
                if exchanges[child].begin(chunk: index) == .overrun { overruns += 1 }
            case .send(.slice(let index, let slice, _)):
                switch exchanges[child].arrive(chunk: index, slice: slice, from: peer(UInt8(parent)), now: .origin) {
                case .partial: break
                case .whole: storing[child].append(index)
                case .duplicate: duplicates += 1
                }
                giveCredit(child, parent)
            case .send(.load): break
            }
        }
    }

    private mutating func store(_ number: Int) {
        guard let index = storing[number].popLast() else { return }
        exchanges[number].stored(bytes: exchanges[number].lengths[index])
        for wire in wires where wire.child == number { giveCredit(number, wire.parent) }
    }

    /// The store answers in any order.
    private mutating func load() {
        guard !loading.isEmpty else { return }
        let (parent, id, index) = loading.remove(at: Int.random(in: loading.indices, using: &random))
        exchanges[parent].loaded(index, for: id, isGood: true)
    }

    private mutating func giveCredit(_ child: Int, _ parent: Int) {
        guard let credit = exchanges[child].takeCredit(for: peer(UInt8(parent))),
            let wire = wires.first(where: { $0.parent == parent && $0.child == child })
        else { return }
        exchanges[parent].addCredit(credit, for: wire.id)
    }
}
