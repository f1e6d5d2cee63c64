public import Basics

/// An image that an experiment distributes.
public struct TopologyImage: Hashable, Sendable {
    public enum Content: Hashable, Sendable {
        /// Made for the run: shares of zero and of compressible bytes, the rest random.
        case generated(size: ByteCount, zero: Double, compressible: Double)
        case file(path: String)
    }

    public let name: String
    public let content: Content
    /// The share of chunks that differ from a version that every host holds before; nil: nobody holds anything.
    public let changedSincePrevious: Double?
    /// Who holds it at the start, as places in ``Topology/hosts``.
    public let sources: [Int]
}
