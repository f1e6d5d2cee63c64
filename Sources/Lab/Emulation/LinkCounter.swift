/// The bytes that a link has carried, headers included.
public struct LinkCounter: Hashable, Sendable {
    /// A host's path, `site/rack` for an uplink, `site` for a wide-area link.
    public let link: String
    public let upBytes: UInt64
    public let downBytes: UInt64
}
