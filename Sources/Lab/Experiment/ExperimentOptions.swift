public import Basics

/// How an experiment is run.
public struct ExperimentOptions: Sendable {
    /// How often; the report has the medians.
    public var repeats = 3
    /// The lab's name; nil: something random, so that two runs of one file do not clash.
    public var name: String?
    /// Where every copy, the images and the wall times are left.
    public var keep: String?
    /// Stores in memory; false: everything on disk.
    public var keepsDataInMemory = true
    /// The memory that the run may take; nil: what the machine has available.
    public var memoryLimit: ByteCount?
    /// Decides the bytes of generated images, and is added to the seeds of events.
    public var seed: UInt64 = 0
    /// How long nothing may arrive anywhere before the run ends with hosts unfinished.
    public var patience: Duration = .seconds(90)
    /// How long the peers at rest are watched; nil: 3 s, or 5 s for a hundred peers and more.
    public var idleWatch: Duration?

    public init() {}
}
