import Basics

/// One peer's fetch of an image: whom it asks for which stripe, and who owns which slice.
struct Fetch: Sendable {
    /// A stripe's parents.
    struct Stripe: Sendable {
        /// Best first, as places in ``Fetch/links``.
        var candidates: [Int]
        /// Who is to send it.
        var link: Int?
    }

    var map: StripeMap
    /// Parents that took over part of other stripes.
    var helpers: Set<Int> = []
    /// The plan's, before any of that.
    private var planned: StripeMap
    private(set) var stripes: [Stripe] = []
    private var stripeRate = PipelineLimits.usualRate
    private var spare: Set<Int> = []
    var links: [FetchLink] = []
    var owners: Owners
    var lastByte: Instant
    /// Bytes have come from some parent.
    var hasHeard = false
    /// What this peer itself comes late by: whoever is not on time should not be strict with others.
    var lag = Duration.zero

    init(_ plan: FetchPlan, _ sizes: ChunkSizes, now: Instant) {
        planned = Self.map(plan, sizes)
        map = planned
        owners = Owners(chunks: sizes.lengths.count)
        lastByte = now
        adopt(plan, sizes)
    }

    /// Follows another plan from now on; parents that are in both go on.
    mutating func adopt(_ plan: FetchPlan, _ sizes: ChunkSizes) {
        if plan.stripes != planned.stripes || plan.deal != planned.deal { planned = Self.map(plan, sizes) }
        takeBackTails()
        stripeRate = plan.stripeRate
        spare = plan.spare
        stripes = plan.candidates.map { peers in
            Stripe(candidates: peers.compactMap { link(to: $0) }, link: nil)
        }
        for link in links.indices { links[link].isFar = plan.far.contains(links[link].peer) }
    }

    /// What helpers were to send is for the parents of the plan again.
    private mutating func takeBackTails() {
        map = planned
        helpers = []
    }

    private static func map(_ plan: FetchPlan, _ sizes: ChunkSizes) -> StripeMap {
        StripeMap(
            lengths: sizes.lengths, sliceBytes: sizes.sliceBytes, stripes: plan.stripes, deal: plan.deal)
    }

    func link(of peer: PeerID) -> Int? { links.firstIndex { $0.peer == peer } }

    /// The place of a parent, new or known; nil when there are too many.
    private mutating func link(to peer: PeerID) -> Int? {
        if let known = link(of: peer) { return known }
        guard links.count < PipelineLimits.links else { return nil }
        links.append(FetchLink(peer: peer))
        return links.count - 1
    }

    /// Finds a parent for each stripe that has none that can be asked.
    ///
    /// - Parameter hasPlanned: something is lacking of stripes that the plan has room for: the others wait, since they would
    ///   take the downlink from what this peer relays.
    mutating func choose(now: Instant, hasPlanned: Bool) {
        // Others may stand by for its own stripe and lack what it had taken over; or nobody, when it was the source.
        if helpers.contains(where: { !links[$0].isServing }) { takeBackTails() }
        for place in stripes.indices where !(hasPlanned && spare.contains(place)) {
            if let link = stripes[place].link, links[link].isServing {
                guard let planned = stripes[place].candidates.first, planned != link else { continue }
                if links[planned].isOpen {
                    // The parent of the plan is there again.
                    stripes[place].link = planned
                } else if links[planned].isClosed, links[planned].notBefore <= now {
                    // It is asked for nothing until it has answered: who stands by goes on meanwhile.
                    ask(planned, now: now)
                }
                continue
            }
            // Who was in vain least often goes first: two silent peers would else be asked in turns for ever, since the
            // pause of each ends while the other is being asked.
            let rested = stripes[place].candidates.filter {
                links[$0].notBefore <= now && !links[$0].isLeft
            }
            let best = rested.min { links[$0].failures < links[$1].failures }
            stripes[place].link = best
            if let best, links[best].isClosed { ask(best, now: now) }
        }
        for link in links.indices where !links[link].isClosed {
            links[link].spacing = spacing(of: link)
            let rate = (lanes(of: link) - spareLanes(of: link)) * stripeRate
            guard lanes(of: link) > 0, rate != links[link].rate else { continue }
            links[link].rate = rate
            links[link].isChanged = true
        }
    }

    private mutating func ask(_ link: Int, now: Instant) {
        links[link].ask(now: now, patience: lag, isHurried: hasHeard)
    }

    /// True when some stripe's candidates have all refused again and again.
    var isRefused: Bool {
        stripes.contains { stripe in
            stripe.candidates.allSatisfy { links[$0].refusals >= PipelineLimits.refusals }
        }
    }

    /// How many stripes a parent is to send.
    func lanes(of link: Int) -> Int { stripes.reduce(0) { $1.link == link ? $0 + 1 : $0 } }

    /// The plan has no room for it until others are done.
    func isSpare(stripe: Int) -> Bool { spare.contains(stripe) }

    private func spareLanes(of link: Int) -> Int {
        spare.reduce(0) { stripes[$1].link == link ? $0 + 1 : $0 }
    }

    /// Whether a slice is lacking of a stripe that the plan has room for.
    func hasPlanned(held: Bitmap, _ sizes: ChunkSizes, received: (Int) -> SliceSet) -> Bool {
        guard !spare.isEmpty, spare.count < stripes.count else { return false }
        var from = 0
        while let chunk = held.nextClear(from: from) {
            from = chunk + 1
            if let stripe = map.stripe(ofChunk: chunk) {
                if !spare.contains(stripe) { return true }
                continue
            }
            let here = received(chunk)
            for slice in 0..<sizes.slices(of: chunk) where !here.contains(slice) {
                if !spare.contains(map.stripe(ofChunk: chunk, slice: slice)) { return true }
            }
        }
        return false
    }

    /// True when all that a parent is to send comes from what nobody else needs.
    func isSpare(_ link: Int) -> Bool {
        let lanes = lanes(of: link)
        return lanes > 0 && lanes == spareLanes(of: link)
    }

    /// When something is due.
    var nextDeadline: Instant {
        var deadline = lastByte + PipelineLimits.noProgress
        for link in links { deadline = min(deadline, link.deadline) }
        for stripe in stripes where stripe.link == nil {
            for candidate in stripe.candidates where !links[candidate].isLeft {
                deadline = min(deadline, links[candidate].notBefore)
            }
        }
        for stripe in stripes where stripe.link != nil && stripe.link != stripe.candidates.first {
            guard let planned = stripe.candidates.first, links[planned].isClosed else { continue }
            deadline = min(deadline, links[planned].notBefore)
        }
        return deadline
    }

    // MARK: Who owns what

    /// How much longer than usual a parent may be silent: when this peer is late itself, and where slices are far apart by
    /// the plan.
    func patience(with link: Int) -> Duration { lag + links[link].spacing }

    /// Two slices at the rate that the plan has for a parent.
    private func spacing(of link: Int) -> Duration {
        let lanes = max(1, lanes(of: link) - spareLanes(of: link))
        let slice = Int64(FormatLimits.sliceBytes) * 1000 / Int64(lanes * stripeRate)
        return min(.milliseconds(2 * slice), PipelineLimits.longestLag)
    }

    /// Gives what nobody owns to the parent of its stripe, and takes what another parent is to send from its owner.
    mutating func assign(held: Bitmap, _ sizes: ChunkSizes, received: (Int) -> SliceSet) {
        var from = 0
        while let chunk = held.nextClear(from: from) {
            from = chunk + 1
            if let stripe = map.stripe(ofChunk: chunk), owners.owner(ofChunk: chunk) != .several {
                let owner = owners.owner(ofChunk: chunk)
                let next = next(owner, stripe: stripe)
                if next != owner { owners.set(chunk: chunk, to: next) }
                continue
            }
            let count = sizes.slices(of: chunk)
            let here = received(chunk)
            for slice in 0..<count where !here.contains(slice) {
                let owner = owners.owner(ofChunk: chunk, slice: slice)
                let next = next(owner, stripe: map.stripe(ofChunk: chunk, slice: slice))
                if next != owner { owners.set(chunk: chunk, slice: slice, of: count, to: next) }
            }
        }
    }

    private mutating func next(_ owner: Owners.Owner, stripe: Int) -> Owners.Owner {
        let wanted = stripes[stripe].link
        if let link = owner.link, links[link].isServing {
            if link == wanted {
                if owner.isLeaving { links[link].isChanged = true }
                return Owners.Owner(link: link)
            }
            if !owner.isLeaving {
                links[link].isChanged = true
                return Owners.Owner(link: link, isLeaving: true)
            }
            if !links[link].hasLetGo { return owner }
        }
        guard let wanted, links[wanted].isServing else { return .nobody }
        links[wanted].isChanged = true
        return Owners.Owner(link: wanted)
    }

    /// What a parent is to send from now on.
    func want(of link: Int, held: Bitmap, _ sizes: ChunkSizes, received: (Int) -> SliceSet) -> Want {
        let lanes = max(1, lanes(of: link))
        let rate = (lanes - spareLanes(of: link)) * stripeRate
        var want = Want(chunks: Bitmap(count: held.count), lanes: lanes, rate: max(Want.spareRate, rate))
        let owner = Owners.Owner(link: link)
        var from = 0
        while let chunk = held.nextClear(from: from) {
            from = chunk + 1
            let ofChunk = owners.owner(ofChunk: chunk)
            guard ofChunk == owner || ofChunk == .several else { continue }
            let all = SliceSet(first: sizes.slices(of: chunk))
            var lacking = all.subtracting(received(chunk))
            if ofChunk == .several {
                for slice in 0..<sizes.slices(of: chunk) where owners.owner(ofChunk: chunk, slice: slice) != owner {
                    lacking.remove(slice)
                }
            }
            if lacking == all {
                want.chunks[chunk] = true
            } else if !lacking.isEmpty {
                want.parts.append(Want.Part(chunk: chunk, slices: lacking))
            }
        }
        return want
    }
}
