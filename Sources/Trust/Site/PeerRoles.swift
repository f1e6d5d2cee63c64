/// What a peer may do beside holding and forwarding chunks.
public struct PeerRoles: OptionSet, Hashable, Sendable {
    public let rawValue: UInt32

    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Its install intents and cluster orders count.
    public static let `operator` = PeerRoles(rawValue: 1)
    /// It holds the namespace key and publishes images.
    public static let builder = PeerRoles(rawValue: 2)
    /// It may seal image keys to other hosts.
    public static let grant = PeerRoles(rawValue: 4)

    /// Every role that this version knows.
    public static let all: PeerRoles = [.operator, .builder, .grant]
}

extension PeerRoles: CustomStringConvertible {
    /// For people: `operator, builder`, or `none`.
    public var description: String {
        var names: [String] = []
        if contains(.operator) { names.append("operator") }
        if contains(.builder) { names.append("builder") }
        if contains(.grant) { names.append("grant") }
        let unknown = subtracting(.all).rawValue
        if unknown != 0 { names.append("unknown(\(unknown))") }
        return names.isEmpty ? "none" : names.joined(separator: ", ")
    }
}
