import Basics
import Gossip
import Pipeline

/// What travels beside the slices and orders: manifests, subscriptions, credit, progress.
extension Simulation {
    // MARK: Manifests

    /// Asks the candidates one after the other; one that has no manifest yet answers when it has.
    func askForManifest(_ copy: SimulatedCopy) {
        guard let candidates = copy.fetchPlan?.manifestPeers, !candidates.isEmpty else { return }
        let place = self.copy(copy.host, copy.image)
        let candidate = candidates[Int(copy.manifestAttempt) % candidates.count]
        guard let host = hostOfPeer[candidate] else { return }
        let delay = delay(from: host, to: copy.host)
        guard hosts[host].isRunning, cut(between: host, and: copy.host) == nil else {
            let patience = hosts[host].state == .killed ? parameters.dialSeconds : Simulation.manifestPatience
            return queue.add(
                SimulatedEvent(.manifestTimeout, Int32(place), copy.manifestAttempt), at: now + Int64(patience * 1e9))
        }
        let holder = copies[self.copy(host, copy.image)]
        if holder.hasManifest {
            let seconds = parameters.dialSeconds + parameters.manifestSeconds
            queue.add(
                SimulatedEvent(.manifest, Int32(place), copy.manifestAttempt),
                at: now + Int64(seconds * 1e9) + 4 * delay)
        } else {
            holder.manifestWaiters.append((Int32(place), copy.manifestAttempt))
            queue.add(
                SimulatedEvent(.manifestTimeout, Int32(place), copy.manifestAttempt),
                at: now + Int64(Simulation.manifestPatience * 1e9))
        }
    }

    func manifestTimedOut(_ place: Int, attempt: Int32) {
        let copy = copies[place]
        guard hosts[copy.host].isRunning, !copy.hasManifest, copy.manifestAttempt == attempt else { return }
        copy.manifestAttempt += 1
        askForManifest(copy)
    }

    func manifestArrived(_ place: Int, attempt: Int32) {
        let copy = copies[place]
        guard hosts[copy.host].isRunning, !copy.hasManifest, copy.manifestAttempt == attempt else { return }
        copy.hasManifest = true
        for waiter in copy.manifestWaiters {
            let delay = delay(from: copy.host, to: copies[Int(waiter.copy)].host)
            queue.add(
                SimulatedEvent(.manifest, waiter.copy, waiter.attempt),
                at: now + Int64(parameters.manifestSeconds * 1e9) + delay)
        }
        copy.manifestWaiters = []
        beginFetch(copy)
        let early = copy.earlyFlows
        copy.earlyFlows = []
        for flow in early { subscribed(Int(flow)) }
    }

    /// A child has waited for the image for long.
    func waited(_ flow: Int) {
        let parent = copies[Int(flows[flow].parent)]
        guard let place = parent.earlyFlows.firstIndex(of: Int32(flow)) else { return }
        parent.earlyFlows.remove(at: place)
        if hosts[parent.host].isRunning { toChild(.refused, flow) }
    }

    /// How long a child waits at a parent that does not know the image yet, as at a daemon.
    private static let earlyPatience = 2.0

    /// How long a candidate is waited for that has no manifest either.
    private static let manifestPatience = 2.0

    func beginFetch(_ copy: SimulatedCopy) {
        finishIfWhole(copy)
        guard !copy.isFinishing, copy.finishedAt == nil else { return }
        guard let plan = copy.fetchPlan else { return }
        copy.exchange.receive(plan, now: instant, into: &choices)
        // Its ticks may have ended while it waited for the manifest; without them it would wait for ever for a parent.
        keepTicking(copy.host)
        carryOut(choicesOf: copy)
    }

    // MARK: Subscriptions

    /// Does what an exchange asks for.
    func carryOut(choicesOf copy: SimulatedCopy) {
        while !choices.isEmpty {
            let asked = choices
            choices.removeAll(keepingCapacity: true)
            for choice in asked {
                switch choice {
                case .ask(let peer): ask(copy, peer)
                case .leave(let peer): unsubscribe(copy, from: peer)
                case .missed(let peer): missed(peer, by: copy)
                case .failed(let failure):
                    copy.failure = failure
                    awaited -= 1
                }
            }
        }
    }

    private func ask(_ copy: SimulatedCopy, _ peer: PeerID) {
        guard let host = hostOfPeer[peer] else { return }
        if let flow = copy.parents[peer].map(Int.init), flows[flow].state == .open {
            guard let want = copy.exchange.takeWant(of: peer, now: instant) else { return }
            flows[flow].wants.append(want)
            return toParent(.want, flow, 0)
        }
        // One that is on its way takes along what is wanted when it gets there.
        if let flow = copy.parents[peer], flows[Int(flow)].state == .asking { return }
        subscribe(copy, to: peer, at: host)
    }

    private func subscribe(_ copy: SimulatedCopy, to peer: PeerID, at host: Int) {
        let path = links.path(from: host, to: copy.host)
        let flow = flows.count
        flows.append(
            SimulatedFlow(
                parent: Int32(self.copy(host, copy.image)), child: Int32(self.copy(copy.host, copy.image)),
                pathStart: Int32(paths.count), pathCount: Int32(path.count), delay: links.delay(of: path),
                window: links.window(of: path, sliceBytes: sliceBytes),
                unsentLimit: PipelineLimits.unsentBytes(rate: links.rate(of: path))))
        paths += path
        copy.parents[peer] = Int32(flow)
        let dial = Int64(parameters.dialSeconds * 1e9) + 4 * flows[flow].delay
        switch hosts[host].state {
        case .killed, .late: queue.add(SimulatedEvent(.lost, flow), at: now + dial)
        // It accepts connections and answers nothing: the attempt ends by its time-out.
        case .stopped: break
        case .running:
            guard let until = cut(between: host, and: copy.host) else {
                return queue.add(SimulatedEvent(.subscribed, flow), at: now + dial)
            }
            // A connection is asked for again after 1 s, and after twice as long each time.
            guard let through = retransmission(after: now, until: until, first: 1_000_000_000) else { return }
            queue.add(SimulatedEvent(.subscribed, flow), at: through + dial)
        }
    }

    private func unsubscribe(_ copy: SimulatedCopy, from peer: PeerID) {
        guard let flow = copy.parents.removeValue(forKey: peer).map(Int.init), flows[flow].state != .closed else {
            return
        }
        flows[flow].state = .closed
        toParent(.unsubscribed, flow, 0)
    }

    /// A message of a child to its parent; while a cut lasts it comes when TCP gets through.
    func toParent(_ kind: SimulatedKind, _ flow: Int, _ value: Int) {
        let (parent, child) = (copies[Int(flows[flow].parent)].host, copies[Int(flows[flow].child)].host)
        guard let at = arrival(from: child, to: parent, flow) else { return }
        queue.add(SimulatedEvent(kind, flow, value), at: at)
    }

    func toChild(_ kind: SimulatedKind, _ flow: Int) {
        let (parent, child) = (copies[Int(flows[flow].parent)].host, copies[Int(flows[flow].child)].host)
        guard let at = arrival(from: parent, to: child, flow) else { return }
        queue.add(SimulatedEvent(kind, flow), at: at)
    }

    private func arrival(from: Int, to: Int, _ flow: Int) -> Int64? {
        let at = now + flows[flow].delay
        guard let cut = cut(between: from, and: to) else { return at }
        return retransmission(after: now, until: cut).map { max(at, $0) }
    }

    func subscribed(_ flow: Int) {
        let parent = copies[Int(flows[flow].parent)]
        let child = copies[Int(flows[flow].child)]
        guard hosts[parent.host].isRunning, flows[flow].state == .asking else { return }
        // A parent that will get the image itself lets its children wait until it knows what is in it.
        guard parent.hasManifest || parent.fetchPlan == nil else {
            parent.earlyFlows.append(Int32(flow))
            queue.add(SimulatedEvent(.waited, flow), at: now + Int64(Simulation.earlyPatience * 1e9))
            return
        }
        guard parent.hasManifest, let want = child.exchange.takeWant(of: peers[parent.host], now: instant),
            let slot = parent.exchange.addChild(want, credit: child.exchange.firstCredit())
        else { return toChild(.refused, flow) }
        flows[flow].slot = Int32(slot)
        flows[flow].isFed = true
        parent.feeds.append(Int32(flow))
        while parent.flowOfChild.count <= slot { parent.flowOfChild.append(-1) }
        parent.flowOfChild[slot] = Int32(flow)
        keepTicking(parent.host)
        // What a child is sent comes after the answer.
        flows[flow].state = .open
        toChild(.accepted, flow)
        share(parent, child)
        pump(parent)
    }

    /// Another want reaches a parent; its answer comes behind the slices that are under way.
    func wantChanged(_ flow: Int) {
        guard !flows[flow].wants.isEmpty else { return }
        let want = flows[flow].wants.removeFirst()
        guard flows[flow].isFed else { return }
        let parent = copies[Int(flows[flow].parent)]
        guard hosts[parent.host].isRunning, parent.exchange.change(Int(flows[flow].slot), to: want) else { return }
        flows[flow].answers.append(flows[flow].sent)
        answerIfDue(flow)
        pump(parent)
    }

    func answerIfDue(_ flow: Int) {
        while let due = flows[flow].answers.first, due <= flows[flow].arrived {
            flows[flow].answers.removeFirst()
            toChild(.accepted, flow)
        }
    }

    func unsubscribed(_ flow: Int) { stopFeeding(flow) }

    func stopFeeding(_ flow: Int) {
        guard flows[flow].isFed else { return }
        flows[flow].isFed = false
        let parent = copies[Int(flows[flow].parent)]
        parent.exchange.removeChild(Int(flows[flow].slot))
        parent.feeds.removeAll { $0 == Int32(flow) }
    }

    func credited(_ flow: Int, _ bytes: Int) {
        guard flows[flow].isFed else { return }
        copies[Int(flows[flow].parent)].exchange.addCredit(bytes, for: Int(flows[flow].slot))
        pump(copies[Int(flows[flow].parent)])
    }

    /// Something other than bytes came to a child from its parent, or its connection is gone.
    func heard(_ kind: SimulatedKind, _ flow: Int) {
        let copy = copies[Int(flows[flow].child)]
        let parent = copies[Int(flows[flow].parent)]
        let peer = peers[parent.host]
        guard hosts[copy.host].isRunning, copy.parents[peer] == Int32(flow) else { return }
        switch kind {
        case .accepted: copy.exchange.handle(.accepted(peer), now: instant, into: &choices)
        case .progress:
            let isWhole = parent.exchange.held.isFull
            copy.exchange.handle(isWhole ? .whole(peer) : .starved(peer), now: instant, into: &choices)
        default:
            flows[flow].state = .closed
            copy.parents[peer] = nil
            copy.exchange.handle(kind == .refused ? .refused(peer) : .lost(peer), now: instant, into: &choices)
        }
        carryOut(choicesOf: copy)
    }

    // MARK: Time

    func keepTicking(_ host: Int) {
        guard !hosts[host].isTicking else { return }
        hosts[host].isTicking = true
        let interval = PipelineLimits.progressInterval.wholeNanoseconds
        queue.add(SimulatedEvent(.tick, host), at: now + Int64.random(in: 1...interval, using: &random))
    }

    /// What a daemon does ten times a second while images are on their way.
    func tick(_ host: Int) {
        hosts[host].isTicking = false
        guard hosts[host].isRunning else { return }
        var isBusy = false
        for image in topology.images.indices {
            let copy = copies[copy(host, image)]
            if copy.exchange.nextDeadline <= instant {
                copy.exchange.handle(.timer, now: instant, into: &choices)
                carryOut(choicesOf: copy)
            }
            listen(copy)
            weigh(copy)
            followPlan(copy)
            copy.exchange.tickChildren()
            for flow in copy.feeds {
                let flow = Int(flow)
                let isWritable = flows[flow].isWritable
                switch copy.exchange.tick(Int(flows[flow].slot), isWritable: isWritable) {
                case .nothing: break
                case .progress: toChild(.progress, flow)
                case .refuse:
                    flows[flow].isFed = false
                    copy.feeds.removeAll { $0 == Int32(flow) }
                    toChild(.refused, flow)
                }
            }
            pump(copy)
            isBusy = isBusy || copy.exchange.isReceiving || !copy.feeds.isEmpty
        }
        if isBusy {
            hosts[host].isTicking = true
            queue.add(SimulatedEvent(.tick, host), at: now + PipelineLimits.progressInterval.wholeNanoseconds)
        }
    }

    func delay(from: Int, to: Int) -> Int64 { links.delay(of: links.path(from: from, to: to)) }

    // MARK: The end

    func finishIfWhole(_ copy: SimulatedCopy) {
        guard copy.isOrdered, !copy.isFinishing, copy.finishedAt == nil, copy.isStored else { return }
        copy.isFinishing = true
        tellDone(copy)
        for parent in copy.parents.keys.sorted() { unsubscribe(copy, from: parent) }
        copy.exchange.stopReceiving()
        add(SimulatedEvent(.finished, self.copy(copy.host, copy.image)), in: parameters.finishSeconds)
    }

    func finished(_ place: Int) {
        let copy = copies[place]
        guard hosts[copy.host].isRunning, copy.finishedAt == nil else { return }
        copy.finishedAt = now
        copy.isFinishing = false
        lastChange = now
        awaited -= 1
    }
}
