public import Basics

/// A host and where it stands, for those who measure the links between such places. An empty label is no place.
public struct LinkHost: Hashable, Sendable {
    public var peer: PeerID
    public var site: String
    public var rack: String

    public init(peer: PeerID, site: String, rack: String) {
        self.peer = peer
        self.site = site
        self.rack = rack
    }

    public init(_ member: MemberView) { self.init(peer: member.id, site: member.site, rack: member.rack) }

    /// Whether the host is behind a link: only then it can have measured it.
    public func isBehind(_ link: LinkObservations.Link) -> Bool {
        guard !site.isEmpty else { return false }
        return switch link {
        case .rack(let site, let rack): self.site == site && self.rack == rack && !rack.isEmpty
        case .site(let site): self.site == site
        case .between(let one, let other): site == one || site == other
        }
    }

    /// Whether what the host sends to another one crosses a link that the host is behind.
    public func reaches(_ other: LinkHost, by link: LinkObservations.Link) -> Bool {
        guard isBehind(link), !other.site.isEmpty else { return false }
        return switch link {
        case .rack: other.site == site && other.rack != rack && !other.rack.isEmpty
        case .site: other.site != site
        case .between: other.site != site && other.isBehind(link)
        }
    }
}
