import Basics
import Pipeline

/// A chain of exchanges with a loop instead of sockets: whoever is picked at random does one thing.
struct ToyChain {
    /// What one chunk did at one peer.
    struct Sending: Hashable {
        let parent: Int
        let chunk: Int
    }

    private(set) var exchanges: [Exchange]
    /// How often a chunk went out to the child of a peer.
    private(set) var announced: [Sending: Int] = [:]
    private(set) var outOfOrder = 0
    private var children: [Exchange.ChildID] = []
    /// What is on its way from each peer to the next, oldest first.
    private var wires: [[Exchange.Send]]
    /// Chunks that wait for the store of each peer, and those that their child waits for.
    private var storing: [[Int]]
    private var loading: [[Int]]
    private var random: RandomSource

    /// The first peer holds everything, the others hold something.
    init(seed: UInt64) {
        var random = RandomSource(seed: seed)
        let peers = Int.random(in: 2...7, using: &random)
        let count = Int.random(in: 1...150, using: &random)
        let lengths = (0..<count).map { _ in Int.random(in: 1...FormatLimits.chunkBytes, using: &random) }
        exchanges = (0..<peers).map { number in
            var held = Bitmap(count: count, filled: number == 0)
            for index in 0..<count where Int.random(in: 0..<10, using: &random) == 0 { held[index] = true }
            return Exchange(lengths: lengths, held: held)
        }
        self.random = random
        wires = exchanges.map { _ in [] }
        storing = exchanges.map { _ in [] }
        loading = exchanges.map { _ in [] }
        var outputs: [ParentChoice.Output] = []
        for number in 1..<peers {
            exchanges[number].receive(from: [peer(UInt8(number - 1))], now: .origin, into: &outputs)
            let credit = exchanges[number].takeFirstCredit()
            let child = exchanges[number - 1].addChild(lacking: exchanges[number].lacking, credit: credit)
            children.append(child ?? -1)
        }
    }

    var isDone: Bool { exchanges.allSatisfy { $0.held.isFull } && storing.allSatisfy(\.isEmpty) }
    var isQuiet: Bool { wires.allSatisfy(\.isEmpty) }

    /// Lets things happen until nothing more can, or until there were too many of them.
    mutating func run(limit: Int) -> Int {
        var steps = 0
        while !(isDone && isQuiet), steps < limit {
            let number = Int.random(in: exchanges.indices, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: send(number)
            case 1: deliver(number)
            case 2: store(number)
            default: load(number)
            }
            steps += 1
        }
        return steps
    }

    /// The child of a peer is sent some things.
    private mutating func send(_ number: Int) {
        guard number < children.count else { return }
        for _ in 0..<Int.random(in: 1...40, using: &random) {
            guard wires[number].count < 100, let next = exchanges[number].nextSend(to: children[number]) else { return }
            switch next {
            case .load(let index): loading[number].append(index)
            case .announce(let index):
                announced[Sending(parent: number, chunk: index), default: 0] += 1
                wires[number].append(next)
            case .slice: wires[number].append(next)
            }
        }
    }

    /// Some of what is on its way reaches the child.
    private mutating func deliver(_ number: Int) {
        var outputs: [ParentChoice.Output] = []
        for _ in 0..<Int.random(in: 1...40, using: &random) where !wires[number].isEmpty {
            switch wires[number].removeFirst() {
            case .announce(let index):
                if exchanges[number + 1].begin(chunk: index) == .overrun { outOfOrder += 1 }
            case .slice(let index, let slice, _):
                let arriving = exchanges[number + 1].arriving
                if arriving?.index != index || arriving?.received != slice { outOfOrder += 1 }
                let arrival = exchanges[number + 1].arrive(
                    from: peer(UInt8(number)), now: .origin, into: &outputs)
                if case .whole(let whole) = arrival { storing[number + 1].append(whole) }
                giveCredit(number + 1)
            case .load: break
            }
        }
    }

    private mutating func store(_ number: Int) {
        guard let index = storing[number].popLast() else { return }
        exchanges[number].stored(bytes: exchanges[number].lengths[index])
        giveCredit(number)
    }

    /// The store answers in any order.
    private mutating func load(_ number: Int) {
        guard !loading[number].isEmpty else { return }
        let index = loading[number].remove(at: Int.random(in: loading[number].indices, using: &random))
        exchanges[number].loaded(index, for: children[number], isGood: true)
    }

    private mutating func giveCredit(_ number: Int) {
        guard number > 0, let credit = exchanges[number].takeCredit() else { return }
        exchanges[number - 1].addCredit(credit, for: children[number - 1])
    }
}
