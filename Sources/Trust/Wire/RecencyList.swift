/// The order in which numbered places were used: the longest unused one is known without a search.
struct RecencyList: Sendable {
    private struct Neighbours: Sendable {
        var newer: Int?
        var older: Int?
    }

    private var places: [Neighbours] = []
    private var newest: Int?
    private(set) var oldest: Int?

    /// Adds a place that is not in the list, as the newest. Places are numbered from zero without holes.
    mutating func insert(_ place: Int) {
        if place == places.count { places.append(Neighbours()) }
        places[place] = Neighbours(newer: nil, older: newest)
        if let newest { places[newest].newer = place } else { oldest = place }
        newest = place
    }

    mutating func remove(_ place: Int) {
        let (newer, older) = (places[place].newer, places[place].older)
        if let newer { places[newer].older = older } else { newest = older }
        if let older { places[older].newer = newer } else { oldest = newer }
    }

    mutating func touch(_ place: Int) {
        guard place != newest else { return }
        remove(place)
        insert(place)
    }
}
