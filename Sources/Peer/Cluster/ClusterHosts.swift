/// Which hosts a cluster may be placed on.
public enum ClusterHosts: Hashable, Sendable {
    case all
    /// Hosts that at least one of these names.
    case some([Selector])

    /// A host by name, or all hosts of a site or a rack.
    public enum Selector: Hashable, Sendable {
        case name(String)
        case site(String)
        case rack(String)
    }

    /// True when a host with this name and these labels may take nodes.
    public func includes(name: String, site: String, rack: String) -> Bool {
        switch self {
        case .all: true
        case .some(let selectors):
            selectors.contains { selector in
                switch selector {
                case .name(let wanted): wanted == name
                case .site(let wanted): wanted == site
                case .rack(let wanted): wanted == rack
                }
            }
        }
    }
}
