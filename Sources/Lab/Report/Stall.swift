/// A time in which a host lacked bytes and none came.
public struct Stall: Codable, Sendable, Hashable {
    public var host: String
    /// Seconds after the start of the install.
    public var at: Double
    public var seconds: Double
    /// Who should have sent them; nil when there was nobody.
    public var parent: String?

    public init(host: String, at: Double, seconds: Double, parent: String? = nil) {
        self.host = host
        self.at = at
        self.seconds = seconds
        self.parent = parent
    }
}
