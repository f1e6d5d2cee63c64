/// A fault or change during a run.
public struct TopologyEvent: Hashable, Sendable {
    /// A moment of a run.
    public enum Moment: Hashable, Sendable {
        case time(Duration)
        /// A share of the bytes that all targets have to get.
        case delivered(Double)
        /// When the union of the hosts other than the sources holds everything this many times.
        case copies(Int)
    }

    public enum Occasion: Hashable, Sendable {
        case at(Moment)
        /// At a random moment between two of the same kind.
        case between(Moment, Moment)
    }

    public enum Target: Hashable, Sendable {
        /// A place in ``Topology/hosts``.
        case host(Int)
        case source
        /// Random hosts.
        case share(Double, includesSources: Bool)
    }

    public enum Group: Hashable, Sendable {
        /// A place in ``Topology/sites``.
        case site(Int)
        case rack(site: Int, rack: Int)
    }

    public enum Link: Hashable, Sendable {
        case host(Int)
        /// The uplink of a rack, the wide-area link of a site.
        case group(Group)
    }

    public enum Action: Hashable, Sendable {
        /// The process dies at once.
        case kill(Target)
        /// The process stops running and keeps its connections.
        case stop(Target)
        /// The groups do not reach each other; one group alone reaches nobody outside. Nil: until the end.
        case partition([Group], Duration?)
        /// A link gets other rates.
        case shape(Link, LinkShape)
    }

    public let occasion: Occasion
    public let action: Action
    /// Decides what is random about it.
    public let seed: UInt64
}
