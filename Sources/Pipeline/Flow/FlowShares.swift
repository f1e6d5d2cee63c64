/// What one host of a flow was busy with or waited for in the last moments, each as a share of the time from 0 to 1.
public struct FlowShares: Hashable, Sendable, Codable {
    /// Bytes lay ready for a child whose socket took no more.
    public var blocked = 0.0
    /// A child waited for chunks that were being read from the store.
    public var reading = 0.0
    /// So much waited for being stored that parents were not allowed to send more.
    public var full = 0.0
    /// The event loop's thread had a processor.
    public var loop = 0.0
    /// The whole peer had all processors of its machine.
    public var process = 0.0
    /// Somebody on the machine waited for a processor; nil where the kernel does not say.
    public var pressure: Double?

    public init() {}

    /// The same with nothing that is no share: figures come from other hosts.
    public var bounded: FlowShares {
        func share(_ value: Double) -> Double { value >= 0 ? min(value, 1) : 0 }
        var result = self
        result.blocked = share(blocked)
        result.reading = share(reading)
        result.full = share(full)
        result.loop = share(loop)
        result.process = share(process)
        result.pressure = pressure.map(share)
        return result
    }
}
