/// The machine that figures were measured on.
public struct MachineFacts: Codable, Sendable, Hashable {
    public var processors: Int
    public var model: String
    public var memoryBytes: Int64
    public var kernel: String
    /// As `/etc/os-release` says it.
    public var system: String
    public var skein: String

    enum CodingKeys: String, CodingKey {
        case processors, model, kernel, system, skein
        case memoryBytes = "memory_bytes"
    }

    public init(processors: Int, model: String, memoryBytes: Int64, kernel: String, system: String, skein: String) {
        self.processors = processors
        self.model = model
        self.memoryBytes = memoryBytes
        self.kernel = kernel
        self.system = system
        self.skein = skein
    }
}
