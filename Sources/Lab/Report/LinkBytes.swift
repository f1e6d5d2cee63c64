/// What one link carried during a run. An emulated link counts the headers of segments that went together once.
public struct LinkBytes: Codable, Sendable, Hashable {
    /// A host's path, `site/rack` for an uplink, `site` for a wide-area link.
    public var link: String
    public var up: Int64
    public var down: Int64
    /// Declared rates in bits per second; nil: unshaped.
    public var upRate: Int64?
    public var downRate: Int64?

    enum CodingKeys: String, CodingKey {
        case link, up, down
        case upRate = "up_bps"
        case downRate = "down_bps"
    }

    public init(link: String, up: Int64, down: Int64, upRate: Int64? = nil, downRate: Int64? = nil) {
        self.link = link
        self.up = up
        self.down = down
        self.upRate = upRate
        self.downRate = downRate
    }
}
