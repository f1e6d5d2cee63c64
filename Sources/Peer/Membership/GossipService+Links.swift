import Basics
import Gossip

extension GossipService {
    /// What the links carry that hosts share, by all that present peers announced.
    var linkRates: [LinkRate] {
        var observations: [PeerID: LinkObservations] = [:]
        for record in records(of: .linkObservations) where record.item == 0 {
            observations[record.owner] = try? LinkObservations(decoding: record.body)
        }
        guard !observations.isEmpty else { return [] }
        let hosts = members.filter(\.state.isPresent).map(LinkHost.init)
        return LinkRate.all(hosts: hosts, observations: observations, now: WallClock.unixSeconds())
    }
}
