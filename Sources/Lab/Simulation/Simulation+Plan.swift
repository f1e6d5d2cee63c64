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
            site: isShown ? site.name : "", rack: isShown ? site.racks[place.rack].name : "", isHolder: isHolder,
            row: topology.addressNumber(of: host))
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

    // MARK: News

    /// A host that comes late gets a place in the trees that there are, and all others hear of it.
    func orderJoiner(_ image: Int, _ host: Int, from holder: Int) {
        let copy = copies[copy(holder, image)]
        guard copy.keeper != nil else { return _ = order(image, from: holder, at: [host]) }
        var late = planHost(host, isHolder: false)
        late.joined = max(1, Int((now - start) / 1_000_000_000))
        let joined = PlanChange(peer: peers[host], version: 1, state: .here(late))
        let news = copy.keeper?.take([joined], now: instant) ?? []
        tell(PlanNews(changes: news), from: copy)
        if let inputs = copy.keeper?.inputs { order(image, from: holder, at: [host], by: inputs) }
    }

    func plan(of inputs: PlanInputs) -> PipelinePlan {
        if let plan = plans[inputs] { return plan }
        let made = PipelinePlan(inputs)
        if plans.count > 64 { plans.removeAll() }
        plans[inputs] = made
        return made
    }

    func missed(_ peer: PeerID, by copy: SimulatedCopy) {
        guard let news = copy.keeper?.missed(peer, now: instant), !news.isEmpty else { return }
        leaveGone(copy, news)
        tell(PlanNews(changes: news), from: copy)
        tellDone(copy)
    }

    /// Says that this copy is whole, if it is and others need to know.
    func tellDone(_ copy: SimulatedCopy) {
        guard copy.isStored else { return }
        let othersWait = copy.fetchPlan?.othersWait == true
        tell(PlanNews(changes: copy.keeper?.done(othersWait: othersWait, now: instant) ?? []), from: copy)
    }

    /// Finds out who is near, when this host gets less than planned.
    func listen(_ copy: SimulatedCopy) {
        guard copy.exchange.isReceiving, let plan = copy.fetchPlan else { return }
        let isInRow = copy.keeper?.isRow(stripes: plan.stripes) == true
        let step = copy.echoes?.look(
            received: Int(copy.receivedBytes), planned: plan.rate, isInRow: isInRow, now: instant)
        switch step {
        case .nothing, nil: break
        case .ask(let others):
            for peer in others {
                guard let host = hostOfPeer[peer], hosts[host].isRunning, cut(between: copy.host, and: host) == nil
                else {
                    continue
                }
                let nanoseconds = links.roundTrip(from: copy.host, to: host, now: now)
                copy.echoes?.echoed(peer, after: .nanoseconds(nanoseconds + Int64(parameters.relaySeconds * 1e9)))
            }
        case .tell(let echoes):
            tell(copy.keeper?.saw(echoes, now: instant) ?? PlanNews(), from: copy)
        case .doubt: tell(copy.keeper?.doubtsRow(now: instant) ?? PlanNews(), from: copy)
        }
    }

    /// Tells others when this host's link carries much less than planned.
    func weigh(_ copy: SimulatedCopy) {
        guard let keeper = copy.keeper else { return }
        let isReceiving = copy.exchange.isReceiving
        let look = CapacityWatch.Look(
            sent: copy.sentBytes, received: copy.receivedBytes, plannedOut: copy.exchange.plannedOut,
            plannedIn: copy.fetchPlan?.rate ?? 0, isReceiving: isReceiving,
            isBlocked: copy.exchange.backlog { flows[Int(copy.flowOfChild[$0])].isWritable }.isAllBlocked,
            hasStillChild: copy.exchange.hasStillChild, parents: isReceiving ? copy.exchange.parents : [])
        guard let finding = copy.capacity.look(look, at: instant, slowed: keeper.slowedPeers) else { return }
        let news = copy.keeper?.slowed(finding, isWhole: copy.isStored, now: instant) ?? []
        tell(PlanNews(changes: news), from: copy)
    }

    /// Sends news to all that are or were parents or children: daemons keep their sessions for a while.
    private func tell(_ news: PlanNews, from copy: SimulatedCopy) {
        for neighbour in copy.neighbours.sorted() { tell(news, from: copy, to: copies[neighbour]) }
    }

    private func tell(_ news: PlanNews, from copy: SimulatedCopy, to other: SimulatedCopy) {
        guard !news.isEmpty, cut(between: copy.host, and: other.host) == nil else { return }
        newsUnderWay.append(news)
        let delay = delay(from: copy.host, to: other.host) + Int64(parameters.relaySeconds * 1e9)
        queue.add(SimulatedEvent(.news, newsUnderWay.count - 1, self.copy(other.host, other.image)), at: now + delay)
    }

    /// Two that are neighbours from now on tell each other what they know.
    func share(_ parent: SimulatedCopy, _ child: SimulatedCopy) {
        parent.neighbours.insert(copy(child.host, child.image))
        child.neighbours.insert(copy(parent.host, parent.image))
        tell(parent.keeper?.news ?? PlanNews(), from: parent, to: child)
        tell(child.keeper?.news ?? PlanNews(), from: child, to: parent)
    }

    func newsArrived(_ number: Int, at place: Int) {
        let news = newsUnderWay[number]
        newsUnderWay[number] = PlanNews()
        let copy = copies[place]
        guard hosts[copy.host].isRunning, let fresh = copy.keeper?.take(news, now: instant), !fresh.isEmpty else {
            return
        }
        if !fresh.changes.isEmpty { leaveGone(copy, fresh.changes) }
        tell(fresh, from: copy)
        tellDone(copy)
    }

    /// Who is gone is not fed any more; should it be there after all, it asks again.
    private func leaveGone(_ copy: SimulatedCopy, _ news: [PlanChange]) {
        let gone = Set(news.compactMap { change in change.state == .gone ? hostOfPeer[change.peer] : nil })
        guard !gone.isEmpty else { return }
        for flow in copy.feeds where gone.contains(copies[Int(flows[Int(flow)].child)].host) {
            stopFeeding(Int(flow))
            toChild(.refused, Int(flow))
        }
        for change in news where change.state == .gone {
            copy.exchange.handle(.gone(change.peer), now: instant, into: &choices)
        }
        carryOut(choicesOf: copy)
        pump(copy)
    }

    /// Follows the plan of what is known by now, when one is due.
    func followPlan(_ copy: SimulatedCopy) {
        guard let due = copy.keeper?.due, due <= instant, let inputs = copy.keeper?.follow()() else { return }
        let plan = plan(of: inputs)
        copy.keeper?.follows(inputs)
        guard let fetch = plan.fetchPlan(for: peers[copy.host]) else { return }
        copy.fetchPlan = fetch
        guard copy.exchange.isReceiving else { return }
        copy.exchange.receive(fetch, now: instant, into: &choices)
        carryOut(choicesOf: copy)
    }
}
