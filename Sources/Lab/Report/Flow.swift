/// Bytes of images that one host sent another in a run.
public struct Flow: Codable, Sendable, Hashable {
    public var from: String
    public var to: String
    public var bytes: Int64

    public init(from: String, to: String, bytes: Int64) {
        self.from = from
        self.to = to
        self.bytes = bytes
    }
}
