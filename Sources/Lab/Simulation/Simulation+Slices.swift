import Basics
import Pipeline

/// Slices on their way: from a parent's exchange over the links into a child's.
extension Simulation {
    /// Sends what a child may get, as far as its connection takes it.
    func pump(_ flow: Int) {
        guard flows[flow].isFed else { return }
        let parent = copies[Int(flows[flow].parent)]
        guard hosts[parent.host].isRunning else { return }
        let child = Int(flows[flow].slot)
        while flows[flow].inFlight < flows[flow].window, let next = parent.exchange.nextSend(to: child) {
            switch next {
            case .announce(let index):
                flows[flow].headerOf = Int32(index)
            case .slice(let index, let slice, let bytes):
                send(flow, parent, index, slice, bytes)
            case .load(let index):
                if parent.recent.contains(Int32(index)) {
                    parent.exchange.loaded(index, for: child, isGood: true)
                } else {
                    let bytes = parent.exchange.lengths[index]
                    queue.add(SimulatedEvent(.loaded, flow, index), at: useDisk(of: parent.host, bytes: bytes))
                }
            }
        }
    }

    func pumpChildren(of copy: SimulatedCopy) {
        // By place: pumping never adds or removes a feed.
        for place in copy.feeds.indices { pump(Int(copy.feeds[place])) }
    }

    private func send(_ flow: Int, _ parent: SimulatedCopy, _ index: Int, _ slice: Int, _ bytes: Int) {
        let hasHeader = flows[flow].headerOf == Int32(index)
        if hasHeader { flows[flow].headerOf = -1 }
        flows[flow].inFlight += bytes
        if parent.isSource { leftSources += Int64(bytes) }
        let parcel = SimulatedParcel(
            flow: Int32(flow), index: Int32(index), bytes: Int32(bytes), slice: UInt16(truncatingIfNeeded: slice),
            hop: 0, hasHeader: hasHeader, entered: now)
        let number: Int
        if let free = freeParcels.popLast() {
            number = Int(free)
            parcels[number] = parcel
        } else {
            number = parcels.count
            parcels.append(parcel)
        }
        enter(number, whole: now)
    }

    /// A parcel enters the way that it is to take next.
    private func enter(_ number: Int, whole: Int64) {
        let parcel = parcels[number]
        let way = Int(paths[Int(flows[Int(parcel.flow)].pathStart) + Int(parcel.hop)])
        let (first, last) = links.carry(Int(parcel.bytes), over: way, entered: parcel.entered, whole: whole)
        let delay = links.delay(ofWay: way)
        parcels[number].entered = first + delay
        queue.add(SimulatedEvent(.hop, number), at: last + delay)
    }

    /// A parcel has left a way: the next one, or the child's processor.
    func hop(_ number: Int) {
        parcels[number].hop += 1
        let flow = Int(parcels[number].flow)
        guard parcels[number].hop == flows[flow].pathCount else { return enter(number, whole: now) }
        let host = copies[Int(flows[flow].child)].host
        let parentHost = copies[Int(flows[flow].parent)].host
        var at = now
        if !cuts.isEmpty, let cut = cut(between: parentHost, and: host) {
            // TCP tries again after 0.2 s, and after twice as long each time.
            guard let through = retransmission(after: now, until: cut) else { return }
            flows[flow].blockedUntil = max(flows[flow].blockedUntil, through)
        }
        at = max(at, flows[flow].blockedUntil)
        let free = max(at, hosts[host].processorFree) + Int64(parameters.sliceSeconds * 1e9)
        hosts[host].processorFree = free
        queue.add(SimulatedEvent(.deliver, number), at: free + Int64(parameters.relaySeconds * 1e9))
    }

    /// A slice is verified at the child: on to its children, and to its store.
    func deliver(_ number: Int) {
        let parcel = parcels[number]
        let flow = Int(parcel.flow)
        let copy = copies[Int(flows[flow].child)]
        // A host that is stopped reads nothing: the window stays closed.
        guard hosts[copy.host].isRunning else {
            if hosts[copy.host].state == .killed { freeParcels.append(Int32(number)) }
            return
        }
        freeParcels.append(Int32(number))
        returnWindow(flow, Int(parcel.bytes))
        guard copy.subscription == parcel.flow else { return }
        if parcel.hasHeader {
            switch copy.exchange.begin(chunk: Int(parcel.index)) {
            case .taken(let wasted):
                copy.wastedBytes += Int64(wasted)
                giveCredit(copy)
            case .overrun:
                // As the daemon, which keeps what it has in memory bounded.
                toParent(.unsubscribed, flow, 0)
                return heard(.lost, flow)
            }
        }
        guard copy.exchange.arriving?.index == Int(parcel.index) else { return }
        note(copy, flow, Int64(parcel.bytes))
        let sender = peers[copies[Int(flows[flow].parent)].host]
        let arrival = copy.exchange.arrive(from: sender, now: instant, into: &choices)
        if !choices.isEmpty { carryOut(choicesOf: copy) }
        switch arrival {
        case .partial: break
        case .whole(let index):
            copy.remember(index)
            if !copy.isSource { holdings.add(index, of: copy.image) }
            copy.storing += 1
            let bytes = copy.exchange.lengths[index]
            let place = self.copy(copy.host, copy.image)
            queue.add(SimulatedEvent(.stored, place, bytes), at: useDisk(of: copy.host, bytes: bytes))
        case .duplicate(let index):
            copy.remember(index)
            copy.wastedBytes += Int64(copy.exchange.lengths[index])
            giveCredit(copy)
        }
        pumpChildren(of: copy)
        if !waiting.isEmpty { lookAtMoments() }
    }

    private func note(_ copy: SimulatedCopy, _ flow: Int, _ bytes: Int64) {
        if copy.lastArrival >= 0, now - copy.lastArrival >= Simulation.stallNoticed,
            copy.stalls.count < SimulationLimits.stalls
        {
            copy.stalls.append(
                SimulatedStall(at: copy.lastArrival, duration: now - copy.lastArrival, parent: copy.lastSender))
        }
        copy.lastArrival = now
        copy.lastSender = Int32(copies[Int(flows[flow].parent)].host)
        copy.receivedBytes += bytes
        flows[flow].bytes += bytes
        delivered += bytes
        lastChange = now
    }

    private func returnWindow(_ flow: Int, _ bytes: Int) {
        if flows[flow].delay > 0 {
            queue.add(SimulatedEvent(.window, flow, bytes), at: now + flows[flow].delay)
        } else {
            windowOpened(flow, bytes)
        }
    }

    func windowOpened(_ flow: Int, _ bytes: Int) {
        flows[flow].inFlight -= bytes
        pump(flow)
    }

    // MARK: The store

    /// When a host's disk has read or written these bytes after all that it was given before.
    private func useDisk(of host: Int, bytes: Int) -> Int64 {
        let done = max(now, hosts[host].diskFree) + Int64(Double(bytes) / parameters.diskRate * 1e9)
        hosts[host].diskFree = done
        return done
    }

    func stored(_ place: Int, _ bytes: Int) {
        let copy = copies[place]
        guard hosts[copy.host].isRunning else { return }
        copy.exchange.stored(bytes: bytes)
        copy.storing -= 1
        giveCredit(copy)
        finishIfWhole(copy)
    }

    func loaded(_ flow: Int, _ index: Int) {
        guard flows[flow].isFed else { return }
        copies[Int(flows[flow].parent)].exchange.loaded(index, for: Int(flows[flow].slot), isGood: true)
        pump(flow)
    }

    func giveCredit(_ copy: SimulatedCopy) {
        guard copy.subscription >= 0, let credit = copy.exchange.takeCredit() else { return }
        toParent(.credit, Int(copy.subscription), credit)
    }

    /// A pause between the bytes of a fetch that counts as a stall, as the daemon counts.
    private static let stallNoticed: Int64 = 500_000_000

    var instant: Instant { Instant(nanoseconds: now) }
}
