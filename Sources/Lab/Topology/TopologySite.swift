/// One site: racks behind one wide-area link.
public struct TopologySite: Hashable, Sendable {
    /// Hosts behind one switch, with one uplink.
    public struct Rack: Hashable, Sendable {
        public let name: String
        public let uplink: LinkShape
        /// Places in ``Topology/hosts``.
        public let hosts: Range<Int>
    }

    public let name: String
    public let wan: LinkShape
    public let racks: [Rack]
}
