import Basics
import Pipeline

/// Slices on their way: from a parent's exchange over the links into a child's.
extension Simulation {
    /// Sends what children may get, as far as their connections take it.
    func pump(_ copy: SimulatedCopy) {
        guard hosts[copy.host].isRunning, !copy.feeds.isEmpty else { return }
        while let (child, next) = copy.exchange.next({ slot in
            flows[Int(copy.flowOfChild[slot])].isWritable
        }) {
            let flow = Int(copy.flowOfChild[child])
            switch next {
            case .announce(let index):
                flows[flow].headers.append(Int32(index))
            case .slice(let index, let slice, let bytes):
                send(flow, copy, index, slice, bytes)
            case .load(let index):
                if copy.recent.contains(Int32(index)) {
                    copy.exchange.loaded(index, for: child, isGood: true)
                } else {
                    let bytes = copy.exchange.lengths[index]
                    queue.add(SimulatedEvent(.loaded, flow, index), at: useDisk(of: copy.host, bytes: bytes))
                }
            }
        }
    }

    private func send(_ flow: Int, _ parent: SimulatedCopy, _ index: Int, _ slice: Int, _ bytes: Int) {
        let header = flows[flow].headers.firstIndex(of: Int32(index))
        if let header { flows[flow].headers.remove(at: header) }
        flows[flow].inFlight += bytes
        flows[flow].unsent += bytes
        flows[flow].sent += 1
        parent.sentBytes += Int64(bytes)
        if parent.isSource { leftSources += Int64(bytes) }
        let parcel = SimulatedParcel(
            flow: Int32(flow), index: Int32(index), bytes: Int32(bytes), slice: UInt16(truncatingIfNeeded: slice),
            hop: 0, hasHeader: header != nil, entered: now)
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
        if parcels[number].hop == 1 { left(flow, Int(parcels[number].bytes)) }
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

    /// A slice has left the parent's own link.
    private func left(_ flow: Int, _ bytes: Int) {
        let wasWritable = flows[flow].isWritable
        flows[flow].unsent -= bytes
        if !wasWritable, flows[flow].isWritable, flows[flow].isFed { pump(copies[Int(flows[flow].parent)]) }
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
        flows[flow].arrived += 1
        answerIfDue(flow)
        guard flows[flow].state != .closed else { return }
        let index = Int(parcel.index)
        if parcel.hasHeader, copy.exchange.begin(chunk: index) == .overrun {
            // As the daemon, which keeps what it has in memory bounded.
            toParent(.unsubscribed, flow, 0)
            return heard(.lost, flow)
        }
        note(copy, flow, Int64(parcel.bytes))
        let sender = peers[copies[Int(flows[flow].parent)].host]
        switch copy.exchange.arrive(chunk: index, slice: Int(parcel.slice), from: sender, now: instant) {
        case .partial: break
        case .whole:
            copy.remember(index)
            if copy.exchange.held.isFull { for flow in copy.feeds { toChild(.progress, Int(flow)) } }
            if !copy.isSource { holdings.add(index, of: copy.image) }
            copy.storing += 1
            let bytes = copy.exchange.lengths[index]
            let place = self.copy(copy.host, copy.image)
            queue.add(SimulatedEvent(.stored, place, bytes), at: useDisk(of: copy.host, bytes: bytes))
        case .duplicate:
            copy.wastedBytes += Int64(parcel.bytes)
        }
        giveCredit(copy, over: flow)
        pump(copy)
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
        let wasWritable = flows[flow].isWritable
        flows[flow].inFlight -= bytes
        if !wasWritable, flows[flow].isWritable, flows[flow].isFed { pump(copies[Int(flows[flow].parent)]) }
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
        pump(copies[Int(flows[flow].parent)])
    }

    private func giveCredit(_ copy: SimulatedCopy, over flow: Int) {
        let parent = peers[copies[Int(flows[flow].parent)].host]
        guard let credit = copy.exchange.takeCredit(for: parent) else { return }
        toParent(.credit, flow, credit)
    }

    /// As soon as less waits for the store, parents may send what they were not allowed before.
    private func giveCredit(_ copy: SimulatedCopy) {
        for parent in copy.exchange.parents {
            guard let flow = copy.parents[parent] else { continue }
            giveCredit(copy, over: Int(flow))
        }
    }

    /// A pause between the bytes of a fetch that counts as a stall, as the daemon counts.
    private static let stallNoticed: Int64 = 500_000_000

    var instant: Instant { Instant(nanoseconds: now) }
}
