/// What a record is about. Kinds of later versions are carried, counted and never interpreted.
public struct RecordKind: Hashable, Comparable, Sendable {
    public let raw: UInt8

    public init(raw: UInt8) { self.raw = raw }

    /// Who and where a peer is: see ``Card``. Changes rarely.
    public static let card = RecordKind(raw: 1)
    /// How a peer is: see ``Pulse``. Small and often replaced; refutations and departures are pulses.
    public static let pulse = RecordKind(raw: 2)
    /// What is to be installed where: see ``InstallIntent``. One item for each install under way.
    public static let installIntent = RecordKind(raw: 3)
    /// Which image a recipe gave: see ``RecipeEntry``. One item for each.
    public static let recipeEntry = RecordKind(raw: 4)
    /// How fast links are that several hosts share: see ``LinkObservations``.
    public static let linkObservations = RecordKind(raw: 5)

    /// A record of another site's member, carried by a bridge: see ``RelayedRecord``. One item for each.
    public static let relayed = RecordKind(raw: 6)
    /// How a whole site is, among the bridges of all sites: see ``SiteSummary``.
    public static let siteSummary = RecordKind(raw: 7)
    /// The other sites, told to the members of one: see ``SiteDirectory``. One item for some lines.
    public static let siteDirectory = RecordKind(raw: 8)

    /// Whether this version reads the bodies of this kind.
    public var isKnown: Bool { (1...8).contains(raw) }

    /// Whether it is about the peer itself, so that the machine keeps it beside the others.
    var isOfPeer: Bool { self == .card || self == .pulse }

    public static func < (a: RecordKind, b: RecordKind) -> Bool { a.raw < b.raw }
}
