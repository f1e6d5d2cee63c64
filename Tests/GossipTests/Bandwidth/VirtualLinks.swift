import Basics

/// Links of hosts in virtual time: flows share them fairly, as TCP about does over a tenth of a second.
struct VirtualLinks {
    struct Flow: Hashable {
        let from: Int
        let to: Int
    }

    /// Bytes a second.
    var up: [Double]
    var down: [Double]
    /// How much the share of a flow varies, as a share of it.
    var noise = 0.0

    /// What each flow gets: max-min fair (progressive filling).
    func shares(of flows: [Flow], using random: inout RandomSource) -> [Double] {
        var rates = [Double](repeating: 0, count: flows.count)
        var open = Set(flows.indices)
        var upLeft = up
        var downLeft = down
        while !open.isEmpty {
            var upCount = [Int](repeating: 0, count: up.count)
            var downCount = [Int](repeating: 0, count: up.count)
            for index in open {
                upCount[flows[index].from] += 1
                downCount[flows[index].to] += 1
            }
            func room(_ flow: Flow) -> Double {
                min(upLeft[flow.from] / Double(upCount[flow.from]), downLeft[flow.to] / Double(downCount[flow.to]))
            }
            let step = open.map { room(flows[$0]) }.min() ?? 0
            // All whose room is the least are full now.
            let full = open.filter { room(flows[$0]) <= step * 1.000001 }
            for index in full {
                rates[index] = step
                upLeft[flows[index].from] -= step
                downLeft[flows[index].to] -= step
                open.remove(index)
            }
        }
        return rates.map { noise == 0 ? $0 : $0 * Double.random(in: (1 - noise)...(1 + noise), using: &random) }
    }
}
