/// An image on its way to this host, as `skein status` shows it.
public struct StatusTransfer: Codable, Sendable {
    public var image: String
    public var name: String?
    /// receiving or assembling.
    public var state: String
    /// Stored bytes that came, and all that have to come.
    public var bytes: Int64
    public var total: Int64
    /// Bytes per second over the last two seconds.
    public var rate: Int64
    /// Seconds until all bytes are here; nil when nobody can tell.
    public var eta: Double?
}

/// An install that this peer has ordered.
public struct StatusInstall: Codable, Sendable {
    public var image: String
    public var name: String?
    /// Hosts that were named, and how many of them have ended.
    public var hosts: Int
    public var done: Int
    public var failed: Int
    /// Seconds until the last one has all bytes; nil when nobody can tell.
    public var eta: Double?
}
