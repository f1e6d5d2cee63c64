import Basics
import Logging
import NIOCore
import Pipeline

/// What this peer knows of the plan of an install, and what it tells its parents and children of it.
extension ImageTransfer {
    /// The inputs of the plan have come; news may have come before them.
    func follow(_ body: PlanBody) {
        guard keeper == nil, let inputs = body.inputs else { return }
        keeper = PlanKeeper(own: plane.membership.peerID, inputs: inputs)
        echoes = EchoWatch(own: plane.membership.peerID, inputs: inputs)
        let early = body.news + earlyNews
        earlyNews = PlanNews()
        heard(early, from: nil)
    }

    /// A neighbour says who came and who is gone.
    func heard(_ news: PlanNews, from peer: PeerID?) {
        guard keeper != nil else {
            if earlyNews.count + news.count <= PeerLimits.earlyNews { earlyNews = earlyNews + news }
            return
        }
        spread(keeper?.take(news, now: plane.now()) ?? PlanNews(), except: peer)
        tellDone()
    }

    /// This peer has given up a parent, or gossip says that one is dead.
    func missed(_ peer: PeerID) {
        spread(PlanNews(changes: keeper?.missed(peer, now: plane.now()) ?? []), except: nil)
        tellDone()
    }

    /// This peer does not go on: others are not to wait for what it would pass on.
    func tellGivenUp() {
        spread(PlanNews(changes: keeper?.leaves(now: plane.now()) ?? []), except: nil)
    }

    /// Says that this peer has everything, if it has and others need to know.
    func tellDone() {
        guard isStored else { return }
        spread(PlanNews(changes: keeper?.done(othersWait: othersWait, now: plane.now()) ?? []), except: nil)
    }

    /// Where racks are hidden: asks others for echoes while too little comes, and tells what that says of places.
    func lookAtEchoes(now: Instant) {
        guard isReceiving else { return }
        let received = tally.sources.values.reduce(0, +)
        let isInRow = keeper?.isRow(stripes: plannedStripes) == true
        switch echoes?.look(received: Int(received), planned: plannedRate, isInRow: isInRow, now: now) {
        case .nothing, nil: break
        case .ask(let peers): for peer in peers { plane.askEcho(peer) }
        case .tell(let levels): spread(keeper?.saw(levels, now: now) ?? PlanNews(), except: nil)
        case .doubt: spread(keeper?.doubtsRow(now: now) ?? PlanNews(), except: nil)
        }
    }

    /// Tells others when this host cannot do what the plan has for it. What is held back on purpose says nothing.
    func lookAtCapacity(now: Instant) {
        guard let keeper, sending == nil, receiving == nil, !plane.arbiter.isLimiting else { return }
        let look = CapacityWatch.Look(
            sent: bytesOut, received: bytesIn, plannedOut: exchange.plannedOut, plannedIn: plannedRate,
            isReceiving: isReceiving, isBlocked: backlog.isAllBlocked,
            hasStillChild: exchange.hasStillChild, parents: isReceiving ? exchange.parents : [])
        guard let finding = capacity.look(look, at: now, slowed: keeper.slowedPeers) else { return }
        plane.logger.debug("this host is slower than planned: \(finding)")
        let news = self.keeper?.slowed(finding, isWhole: isStored, now: now) ?? []
        spread(PlanNews(changes: news), except: nil)
    }

    func spread(_ news: PlanNews, except: PeerID?) {
        guard !news.isEmpty else { return }
        let body = PlanBody(image: image, news: news).encoded()
        for (peer, session) in neighbours where peer != except && keeper?.knows(peer) ?? false {
            session.send(.plan, stream: 0, body: body)
        }
        leaveGone(news.changes)
    }

    /// Open sessions, by peer. With those that were parents and children the hosts of an install stay connected: trees
    /// that are done would else leave some without news of who can serve them now.
    private var neighbours: [PeerID: Session] {
        Dictionary(plane.sessions.values.map { ($0.peer, $0) }) { first, _ in first }
    }

    /// A session with a parent or a child is new: both sides tell each other what they know.
    func share(over session: Session) {
        guard let news = keeper?.news, !news.isEmpty else { return }
        session.send(.plan, stream: 0, body: PlanBody(image: image, news: news).encoded())
    }

    /// Who is gone is not fed any more; should it be there after all, it asks again.
    private func leaveGone(_ news: [PlanChange]) {
        for change in news where change.state == .gone {
            for feed in feeds {
                guard let feed, feed.session.peer == change.peer else { continue }
                feed.session.send(.refused, stream: feed.stream)
                feed.session.feeds[feed.stream] = nil
                remove(feed)
            }
            if isReceiving { handle(.gone(change.peer)) }
        }
        pump()
    }

    /// Follows what is known by now, when that is due. Plans are made on a worker: large ones take a while.
    func followPlanIfDue(now: Instant) {
        // One after the other: an older plan that takes longer must not replace a newer one.
        guard !isPlanning, let due = keeper?.due, due <= now, isReceiving, let inputs = keeper?.follow() else { return }
        isPlanning = true
        let own = plane.membership.peerID
        let begin = plane.now()
        plane.workers.run(on: plane.loop) {
            inputs().map { (inputs: $0, plan: PipelinePlan($0).fetchPlan(for: own)) }
        } then: { [weak self] result in
            guard let self else { return }
            isPlanning = false
            keeper?.madePlan(in: plane.now() - begin)
            guard isReceiving, case .success(let made?) = result, let plan = made.plan else { return }
            plane.logger.debug("another plan for image \(image.short): \(plan.stripes) stripes")
            keeper?.follows(made.inputs)
            adopt(plan)
        }
    }
}
