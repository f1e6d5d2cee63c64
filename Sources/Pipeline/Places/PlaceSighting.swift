/// What one host found out about the ways to others, where nobody has told which hosts share a link: how long small
/// messages took to them and back while the links were in use.
///
/// Hosts are places among those of the order, which all peers of an install know alike.
public struct PlaceSighting: Hashable, Sendable {
    /// One other host.
    public struct Echo: Hashable, Sendable {
        public let place: Int
        public let level: EchoLevel

        public init(place: Int, level: EchoLevel) {
            self.place = place
            self.level = level
        }
    }

    /// ``PlanInputs/fingerprint`` of what the places belong to.
    public let inputs: UInt64
    /// A place.
    public let observer: Int
    /// The observer's newest counts.
    public let version: UInt32
    /// By place, each once; at most ``PipelineLimits/echoes``.
    public let echoes: [Echo]

    public init(inputs: UInt64, observer: Int, version: UInt32, echoes: [Echo]) {
        self.inputs = inputs
        self.observer = observer
        self.version = version
        self.echoes = echoes.sorted { $0.place < $1.place }
    }
}
