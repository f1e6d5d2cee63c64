import Basics
import Gossip
import Pipeline

/// What a plan is made of in virtual time: the declared rates of the links, as a measurement would find them.
extension Simulation {
    func planInputs(_ image: Int, source: Int, targets: [Int]) -> PlanInputs {
        let sources = topology.images[image].sources.filter { hosts[$0].isRunning }
        let members = targets.filter { isSeen($0, by: source) }
        let known = (sources + members).map { planHost($0, isHolder: sources.contains($0)) }
        return PlanInputs(
            hosts: known, links: topology.labels == .shown ? sharedLinks() : [], bytes: Int(storedBytes[image]),
            unitBytes: sliceBytes)
    }

    private func planHost(_ host: Int, isHolder: Bool) -> PlanInputs.Host {
        let link = topology.hosts[host].link
        let place = topology.hosts[host]
        let site = topology.sites[place.site]
        let isShown = topology.labels == .shown
        return PlanInputs.Host(
            peer: peers[host], up: link.up.map(bytesPerSecond), down: link.down.map(bytesPerSecond),
            site: isShown ? site.name : "", rack: isShown ? site.racks[place.rack].name : "", isHolder: isHolder)
    }

    private func sharedLinks() -> [PlanInputs.SharedLink] {
        var links: [PlanInputs.SharedLink] = []
        for site in topology.sites {
            for (rack, shape) in [(nil, site.wan)] + site.racks.map({ ($0.name as String?, $0.uplink) }) {
                guard shape.up != nil || shape.down != nil else { continue }
                links.append(
                    PlanInputs.SharedLink(
                        site: site.name, rack: rack, up: shape.up.map(bytesPerSecond),
                        down: shape.down.map(bytesPerSecond)))
            }
        }
        return links
    }

    private func bytesPerSecond(_ rate: BitRate) -> Int {
        Int(Double(rate.bitsPerSecond) / 8 * parameters.goodputShare * parameters.frameShare)
    }

    /// Whether the source's own membership shows a host; those of another group of gossip are taken as the file has them.
    private func isSeen(_ host: Int, by source: Int) -> Bool {
        guard let gossip, gossip.isOneGroup(source, host) else { return true }
        return gossip.view(of: peers[host], by: source)?.state.isPresent == true
    }
}
