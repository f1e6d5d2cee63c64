/// What peers of an install tell each other: who takes part, and what they found out of links that nobody has told of.
public struct PlanNews: Hashable, Sendable {
    public var changes: [PlanChange]
    public var sightings: [PlaceSighting]

    public init(changes: [PlanChange] = [], sightings: [PlaceSighting] = []) {
        self.changes = changes
        self.sightings = sightings
    }

    public var isEmpty: Bool { changes.isEmpty && sightings.isEmpty }
    public var count: Int { changes.count + sightings.count }

    public static func + (a: PlanNews, b: PlanNews) -> PlanNews {
        PlanNews(changes: a.changes + b.changes, sightings: a.sightings + b.sightings)
    }
}
