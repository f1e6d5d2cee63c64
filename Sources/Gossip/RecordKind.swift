/// What a record is about. Kinds of later versions are carried, counted and never interpreted.
public struct RecordKind: Hashable, Comparable, Sendable {
    public let raw: UInt8

    public init(raw: UInt8) { self.raw = raw }

    /// Who and where a peer is: see ``Card``. Changes rarely.
    public static let card = RecordKind(raw: 1)
    /// How a peer is: see ``Pulse``. Small and often replaced; refutations and departures are pulses.
    public static let pulse = RecordKind(raw: 2)

    /// Whether this version reads the bodies of this kind.
    public var isKnown: Bool { self == .card || self == .pulse }

    public static func < (a: RecordKind, b: RecordKind) -> Bool { a.raw < b.raw }
}
