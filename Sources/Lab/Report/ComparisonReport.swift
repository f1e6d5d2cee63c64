/// The same bytes over the same network by several tools: the JSON of `skein lab compare`.
public struct ComparisonReport: Codable, Sendable, Hashable {
    /// A tool that was asked for and not run.
    public struct Skipped: Codable, Sendable, Hashable {
        public var tool: String
        public var reason: String

        public init(tool: String, reason: String) {
            self.tool = tool
            self.reason = reason
        }
    }

    /// The topology's name.
    public var name: String
    public var description: String
    public var machine: MachineFacts
    /// One for each tool, skein first.
    public var results: [RunReport]
    public var skipped: [Skipped]

    public init(
        name: String, description: String, machine: MachineFacts, results: [RunReport], skipped: [Skipped]
    ) {
        self.name = name
        self.description = description
        self.machine = machine
        self.results = results
        self.skipped = skipped
    }
}
