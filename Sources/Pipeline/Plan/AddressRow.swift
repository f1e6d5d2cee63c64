/// A chain over hosts in the order of their addresses, where nobody has told which of them share a link.
///
/// Whoever gave out the addresses mostly went from rack to rack, and a chain in that order crosses each rack's link once in
/// each direction, however large the racks are. Where addresses say nothing of places the links between are soon full: then
/// hosts say so, and the places are found out (``HiddenPlaces``).
enum AddressRow {
    /// The chain may take longer than the best plan for one switch by one part in so many: its depth is the price of what is
    /// not known.
    private static let price = 33

    /// Whether a row may be tried: nobody knows where any host is.
    static func isPossible(_ inputs: PlanInputs) -> Bool {
        guard !inputs.isRowSlow, inputs.hasHiddenPlaces, let first = inputs.hosts.first else { return false }
        return inputs.hosts.allSatisfy { $0.rack.isEmpty && $0.site == first.site }
    }

    /// The row, when it is to be tried in place of another plan for the same receivers.
    ///
    /// - Parameter network: of the inputs.
    static func plan(
        _ inputs: PlanInputs, _ network: PlanNetwork, receivers: [Int], insteadOf other: StripedPlan
    ) -> StripedPlan? {
        guard isPossible(inputs), let row = plan(inputs, network, receivers) else { return nil }
        let time = other.predictedNanoseconds(bytes: inputs.bytes)
        return row.predictedNanoseconds(bytes: inputs.bytes) <= time + time / price ? row : nil
    }

    /// From a holder to the receiver after it and on, around to the one before it: so each boundary is crossed once.
    private static func plan(_ inputs: PlanInputs, _ network: PlanNetwork, _ receivers: [Int]) -> StripedPlan? {
        let hosts = inputs.hosts
        func isBefore(_ a: Int, _ b: Int) -> Bool { (hosts[a].row, a) < (hosts[b].row, b) }
        guard let holder = hosts.indices.filter({ hosts[$0].isHolder }).min(by: isBefore) else { return nil }
        let sorted = receivers.sorted(by: isBefore)
        let chain = [holder] + sorted.filter { isBefore(holder, $0) } + sorted.filter { isBefore($0, holder) }
        let up = chain.dropLast().map { network.hosts[$0].up }.min() ?? 0
        let down = chain.dropFirst().map { network.hosts[$0].down }.min() ?? 0
        guard min(up, down) > 0 else { return nil }
        return StripedPlan(
            chain: chain, up: network.hosts.map(\.up), rate: min(up, down), unitBytes: inputs.unitBytes)
    }
}
