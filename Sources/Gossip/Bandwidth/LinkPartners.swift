public import Basics

/// With whom a shared link is measured: hosts beyond it, of as many different places as there are, so that no link
/// of theirs is taken for this one; and of those the faster half first, as far as that is known.
public enum LinkPartners {
    public struct Candidate: Hashable, Sendable {
        public var host: LinkHost
        /// The forecast of the direction that it would use.
        public var rate: BitRate?

        public init(host: LinkHost, rate: BitRate?) {
            self.host = host
            self.rate = rate
        }
    }

    public static func order(
        _ candidates: [Candidate], from own: LinkHost, by link: LinkObservations.Link, using random: inout RandomSource
    ) -> [PeerID] {
        let beyond = candidates.filter { own.reaches($0.host, by: link) }
        let order = PartnerOrder.order(
            beyond.map { .init(peer: $0.host.peer, isSameSite: false, isSameRack: false, rate: $0.rate) },
            using: &random)
        let hosts = Dictionary(beyond.map { ($0.host.peer, $0.host) }, uniquingKeysWith: { first, _ in first })
        // One of each place, then a second of each, and so on.
        var seen: [[String]: Int] = [:]
        let rounds = order.enumerated().map { offset, peer in
            let host = hosts[peer]!
            let place = link.isOfSite ? [host.site] : [host.site, host.rack]
            seen[place, default: 0] += 1
            return (round: seen[place]!, offset: offset, peer: peer)
        }
        return rounds.sorted { ($0.round, $0.offset) < ($1.round, $1.offset) }.map(\.peer)
    }
}

extension LinkObservations.Link {
    fileprivate var isOfSite: Bool {
        if case .site = self { true } else { false }
    }
}
