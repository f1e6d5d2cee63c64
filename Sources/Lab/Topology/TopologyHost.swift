/// One host of a topology.
public struct TopologyHost: Hashable, Sendable {
    /// Its place in ``Topology/hosts``, from 0; it decides the host's address in an emulation.
    public let index: Int
    /// `site/rack/host`.
    public let path: String
    /// The peer's name: the host's own name when no two hosts of the file share one, else `rack-host` or, with several
    /// sites, `site-rack-host`.
    public let name: String
    /// The site's place in ``Topology/sites``.
    public let site: Int
    /// The rack's place in ``TopologySite/racks``.
    public let rack: Int
    public let link: LinkShape
    public let capacity: HostCapacity
}
