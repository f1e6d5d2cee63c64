extension BenchReport {
    /// These figures with those of a later sitting, step by step: a step that was measured again has the later figures, and one
    /// that failed then keeps the earlier ones and says why there are no others.
    ///
    /// - Parameter order: the names of the steps; what is not among them comes last.
    package func merged(with later: BenchReport, order: [String]) -> BenchReport {
        var result = later
        var places = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, $0) })
        for part in parts + later.parts where places[part.step] == nil { places[part.step] = places.count }
        var merged = Dictionary(parts.map { ($0.step, $0) }) { $1 }
        for part in later.parts {
            if !part.hasFigures, var earlier = merged[part.step], earlier.hasFigures {
                earlier.failure = part.failure
                merged[part.step] = earlier
            } else {
                merged[part.step] = part
            }
        }
        result.parts = merged.values.sorted { (places[$0.step] ?? 0) < (places[$1.step] ?? 0) }
        result.started = min(started, later.started)
        result.seconds = result.parts.reduce(0) { $0 + $1.seconds }
        result.cutShort = cutShort(after: later, order: places)
        return result
    }

    /// What is missing stays so until a sitting comes to it.
    private func cutShort(after later: BenchReport, order: [String: Int]) -> CutShort? {
        let done = Set(later.parts.map(\.step))
        let missing = Set((cutShort?.missing ?? []) + (later.cutShort?.missing ?? [])).subtracting(done)
        guard var mark = later.cutShort ?? cutShort, !missing.isEmpty else { return nil }
        mark.missing = missing.sorted { (order[$0] ?? 0, $0) < (order[$1] ?? 0, $1) }
        return mark
    }
}
