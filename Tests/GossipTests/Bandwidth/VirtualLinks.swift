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
    /// Links that several hosts share, and whose flows cross each.
    var shared: [(rate: Double, carries: (Flow) -> Bool)] = []
    /// How much the share of a flow varies, as a share of it.
    var noise = 0.0

    /// What each flow gets: max-min fair (progressive filling).
    func shares(of flows: [Flow], using random: inout RandomSource) -> [Double] {
        var rates = [Double](repeating: 0, count: flows.count)
        var open = Set(flows.indices)
        var left = up + down + shared.map(\.rate)
        let paths = flows.map { flow in
            [flow.from, up.count + flow.to]
                + shared.indices.filter { shared[$0].carries(flow) }.map { up.count + down.count + $0 }
        }
        while !open.isEmpty {
            var counts = [Int](repeating: 0, count: left.count)
            for index in open { for link in paths[index] { counts[link] += 1 } }
            func room(_ index: Int) -> Double { paths[index].map { left[$0] / Double(counts[$0]) }.min() ?? 0 }
            let step = open.map(room).min() ?? 0
            // All whose room is the least are full now.
            for index in open.filter({ room($0) <= step * 1.000001 }) {
                rates[index] = step
                for link in paths[index] { left[link] -= step }
                open.remove(index)
            }
        }
        return rates.map { noise == 0 ? $0 : $0 * Double.random(in: (1 - noise)...(1 + noise), using: &random) }
    }
}
