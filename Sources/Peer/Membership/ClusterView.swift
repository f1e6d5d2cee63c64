import Basics
import Gossip

/// The peers this one knows, for those who place, plan and show.
struct ClusterView: Sendable {
    let own: PeerID
    let members: [MemberView]

    /// Peers that take part: alive, and those only suspected.
    var alive: [MemberView] { members.filter { $0.state == .alive || $0.state == .suspect } }

    func member(_ peer: PeerID) -> MemberView? { members.first { $0.id == peer } }

    func name(of peer: PeerID) -> String { member(peer)?.name ?? peer.short }

    /// The peers with these names; an unknown one is an error that lists who is there.
    func members(named names: [String], doing: String) throws(SkeinError) -> [MemberView] {
        var result: [MemberView] = []
        for name in names {
            guard let member = alive.first(where: { $0.name == name || $0.id.description == name }) else {
                let known = alive.map(\.name).sorted().prefix(16).joined(separator: ", ")
                throw SkeinError(
                    .notFound, doing: doing, cause: "no host named \(name) is alive", next: "alive are: \(known)")
            }
            result.append(member)
        }
        return result
    }
}
