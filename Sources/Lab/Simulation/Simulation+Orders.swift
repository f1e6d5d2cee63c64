import Basics
import Gossip
import Pipeline

/// How the orders of an install reach their targets: over the same tree as those of real peers (`OrderTree`).
extension Simulation {
    /// The command: each image's source plans a chain and orders the install at every target that is there.
    func beginInstall() {
        start = now
        lastChange = now
        isStarted = true
        startEvents()
        for (number, image) in topology.images.enumerated() {
            let targets = topology.hosts.indices.filter { !image.sources.contains($0) && hosts[$0].isRunning }
            order(number, from: image.sources[0], at: targets)
        }
        for join in topology.joins {
            let at = start + join.at.wholeNanoseconds
            queue.add(SimulatedEvent(.join, join.host), at: at)
            lastJoin = max(lastJoin, at)
        }
        for copy in copies where !copy.isSource { finishIfWhole(copy) }
    }

    /// Sends the orders of one image from its source.
    ///
    /// - Returns: how many peers the plan puts behind each other.
    @discardableResult
    func order(_ image: Int, from source: Int, at targets: [Int]) -> Int {
        let inputs = planInputs(image, source: source, targets: targets)
        return order(image, from: source, at: targets, by: inputs)
    }

    /// Sends the orders that follow from a plan's inputs.
    @discardableResult
    func order(_ image: Int, from source: Int, at targets: [Int], by inputs: PlanInputs) -> Int {
        let plan = self.plan(of: inputs)
        var ordered: [Int32] = []
        for target in targets {
            guard let fetch = plan.fetchPlan(for: peers[target]) else { continue }
            let copy = copies[copy(target, image)]
            copy.fetchPlan = fetch
            copy.keeper = PlanKeeper(own: peers[target], inputs: inputs)
            copy.echoes = EchoWatch(own: peers[target], inputs: inputs)
            ordered.append(Int32(self.copy(target, image)))
        }
        let first = copies[copy(source, image)]
        if first.keeper == nil { first.keeper = PlanKeeper(own: peers[source], inputs: inputs) }
        send(ordered, from: source, after: parameters.orderSeconds)
        return plan.depth
    }

    /// Sends orders to the heads of their branches, one after the other over the sender's link.
    private func send(_ orders: [Int32], from sender: Int, after seconds: Double) {
        var bytesBefore = 0
        let sizes = [Int](repeating: Self.orderBytes, count: orders.count)
        for (number, range) in OrderTree.branches(of: sizes).enumerated() {
            let head = copies[Int(orders[range.lowerBound])].host
            bytesBefore += (range.count - 1) * Self.bundledBytes
            let rate = links.rate(of: links.path(from: sender, to: head))
            let seconds =
                seconds + Double(number + 1) * parameters.orderPerTargetSeconds + parameters.dialSeconds
                + (rate > 0 ? Double(bytesBefore) / Double(rate) : 0)
            let at = now + Int64(seconds * 1e9) + 3 * delay(from: sender, to: head)
            // Most branches of a small install are one target, which needs no entry.
            guard range.count > 1 else {
                queue.add(SimulatedEvent(.order, orders[range.lowerBound]), at: at)
                continue
            }
            branches.append(SimulatedBranch(sender: sender, copies: Array(orders[range])))
            queue.add(SimulatedEvent(.order, orders[range.lowerBound], Int32(branches.count)), at: at)
        }
    }

    /// About what an order has that names ten stripes with their candidates, by itself and among others.
    private static let orderBytes = 2_000
    private static let bundledBytes = 600
    /// What `PeerLimits.orderSilence` is for real peers: a head that is stopped keeps its branch waiting for so long.
    private static let headSilence = 5.0

    /// - Parameter branch: the number of the branch that the copy is the head of, from 1; 0 when it is alone.
    func ordered(_ place: Int, branch: Int) {
        if branch > 0 { passOn(branch - 1) }
        let copy = copies[place]
        guard hosts[copy.host].isRunning, !copy.isOrdered, !copy.isSource else { return }
        copy.isOrdered = true
        keepTicking(copy.host)
        finishIfWhole(copy)
        guard copy.finishedAt == nil, !copy.isFinishing else { return }
        if copy.hasManifest { beginFetch(copy) } else { askForManifest(copy) }
    }

    /// The head passes the orders on; when it cannot, who sent them finds another.
    private func passOn(_ number: Int) {
        let branch = branches[number]
        let head = copies[Int(branch.copies[0])].host
        let others = Array(branch.copies.dropFirst())
        if hosts[head].isRunning { return send(others, from: head, after: 0) }
        guard hosts[branch.sender].isRunning else { return }
        send(others, from: branch.sender, after: hosts[head].state == .killed ? 0 : Self.headSilence)
    }
}
