public import Basics

/// One measurement of one direction of this host, with ever more partners at the same time until they are not the limit.
///
/// Stages of 1, 3, 7, 15 and 31 partners follow each other without a pause. New partners that carry much while the
/// total hardly grows have taken it from the others: then the host is the limit, and its rate was measured. New
/// partners that add what they carry say that the partners were the limit, and more are asked. Slow ones say nothing.
///
/// A pure machine; the shell carries out what ``ask``s and drops it puts out, and tells it with every tick what the
/// sockets have carried by their own count.
public struct ProbeBurst: Sendable {
    public enum Output: Hashable, Sendable {
        case ask(PeerID)
        /// The partner is of no use any more: it answered too late.
        case drop(PeerID)
        case finished(BurstResult)
    }

    private struct Flow {
        let peer: PeerID
        let stage: Int
        let base: UInt64
        var last: UInt64
        var bytes: UInt64 { last - base }
    }

    private enum Phase {
        case recruiting(until: Instant)
        case ramping(from: Instant, bytes: UInt64)
        case measuring
        case finished
    }

    /// What was carried up to an instant.
    private struct Mark {
        var at: Instant
        var total: UInt64
        var new: UInt64
    }

    public let direction: ProbeDirection
    private let start: Instant
    private let ramp: Duration
    /// Whom to ask next, best first.
    private var candidates: ArraySlice<PeerID>
    private var flows: [Flow] = []
    private var asked: [PeerID] = []
    private var phase: Phase
    private var stage = 0
    private var wanted = 1
    private var stageStart: Mark
    private var intervalStart: Mark
    private var intervals: [BandwidthSample] = []
    private var best: (rate: Double, intervals: [BandwidthSample])?
    private var previous = 0.0
    private var stages: [BurstResult.Stage] = []
    /// False when a partner of an earlier stage was lost.
    private var isComparable = true
    private var refusals = 0
    private var gone: UInt64 = 0

    /// - Parameters:
    ///   - candidates: whom to ask, best first.
    ///   - ramp: what each stage leaves out at its start; longer for partners that are far away.
    public init(
        direction: ProbeDirection, candidates: [PeerID], ramp: Duration = BandwidthLimits.ramp, now: Instant,
        into outputs: inout [Output]
    ) {
        self.direction = direction
        self.candidates = candidates[...]
        self.ramp = ramp
        start = now
        phase = .recruiting(until: now + BandwidthLimits.recruiting)
        stageStart = Mark(at: now, total: 0, new: 0)
        intervalStart = stageStart
        recruit(&outputs)
        if asked.isEmpty { finish(isConclusive: false, &outputs) }
    }

    /// Partners that take part now.
    public var partners: [PeerID] { flows.map(\.peer) }

    public var isFinished: Bool {
        if case .finished = phase { true } else { false }
    }

    /// A partner takes part; its socket has carried `total` bytes before.
    public mutating func granted(_ peer: PeerID, total: UInt64, now: Instant, into outputs: inout [Output]) {
        guard let place = asked.firstIndex(of: peer) else { return outputs.append(.drop(peer)) }
        asked.remove(at: place)
        guard case .recruiting = phase else { return outputs.append(.drop(peer)) }
        flows.append(Flow(peer: peer, stage: stage, base: total, last: total))
        endRecruiting(now, &outputs)
    }

    /// A partner has no time, was not reached, or was lost.
    public mutating func refused(_ peer: PeerID, now: Instant, into outputs: inout [Output]) {
        if let place = asked.firstIndex(of: peer) {
            asked.remove(at: place)
            refusals += 1
        } else if let place = flows.firstIndex(where: { $0.peer == peer }) {
            gone += flows[place].bytes
            flows.remove(at: place)
            refusals += 1
            // What the others carry now cannot be compared with what came before: the stage starts again.
            isComparable = false
            switch phase {
            case .ramping, .measuring: beginRamp(now)
            case .recruiting, .finished: break
            }
        }
        if case .recruiting = phase { recruit(&outputs) }
        endRecruiting(now, &outputs)
    }

    /// What a partner's socket has carried so far; followed by ``tick(now:into:)`` when all were read.
    public mutating func read(_ peer: PeerID, total: UInt64) {
        guard let place = flows.firstIndex(where: { $0.peer == peer }), total > flows[place].last else { return }
        flows[place].last = total
    }

    public mutating func tick(now: Instant, into outputs: inout [Output]) {
        switch phase {
        case .finished:
            return
        case .recruiting:
            endRecruiting(now, &outputs)
        case .ramping(let from, let bytes):
            let isLong = now - from >= ramp
            let isFast = ramp <= BandwidthLimits.ramp && mark(now).total - bytes >= BandwidthLimits.stageBytes / 4
            guard isLong || (isFast && now - from >= BandwidthLimits.fastRamp) else { return }
            stageStart = mark(now)
            intervalStart = stageStart
            intervals.removeAll(keepingCapacity: true)
            phase = .measuring
        case .measuring:
            measure(now, &outputs)
        }
        if now - start >= BandwidthLimits.burst { finish(isConclusive: false, &outputs) }
    }

    /// The burst has to end: an image comes through.
    public mutating func cancel(into outputs: inout [Output]) { finish(isConclusive: false, &outputs) }

    private var carried: UInt64 { flows.reduce(gone) { $0 + $1.bytes } }

    private func mark(_ now: Instant) -> Mark {
        Mark(at: now, total: carried, new: flows.reduce(0) { $0 + ($1.stage == stage ? $1.bytes : 0) })
    }

    private mutating func beginRamp(_ now: Instant) { phase = .ramping(from: now, bytes: carried) }

    private mutating func recruit(_ outputs: inout [Output]) {
        while flows.count + asked.count < wanted, let next = candidates.popFirst() {
            asked.append(next)
            outputs.append(.ask(next))
        }
    }

    /// All who were asked have answered, or it is too late to wait for them.
    private mutating func endRecruiting(_ now: Instant, _ outputs: inout [Output]) {
        guard case .recruiting(let until) = phase, asked.isEmpty || now >= until else { return }
        refusals += asked.count
        asked.removeAll()
        guard flows.contains(where: { $0.stage == stage }) else {
            // When nobody new came there is nothing to compare.
            guard !candidates.isEmpty else { return finish(isConclusive: false, &outputs) }
            phase = .recruiting(until: now + BandwidthLimits.recruiting)
            return recruit(&outputs)
        }
        beginRamp(now)
    }

    private mutating func measure(_ now: Instant, _ outputs: inout [Output]) {
        guard now - intervalStart.at >= BandwidthLimits.leastSample else { return }
        let mark = mark(now)
        if let sample = BandwidthSample(
            bytes: mark.total - intervalStart.total, duration: now - intervalStart.at,
            partner: flows.count == 1 ? flows[0].peer : nil)
        {
            intervals.append(sample)
        }
        intervalStart = mark
        let bytes = mark.total - stageStart.total
        guard intervals.count >= BandwidthLimits.stageIntervals || bytes >= BandwidthLimits.stageBytes else { return }
        let seconds = (now - stageStart.at).inSeconds
        judge(rate: Double(bytes) / seconds, new: Double(mark.new - stageStart.new) / seconds, now, &outputs)
    }

    /// A stage is over: is this host the limit, or are more partners needed? Rates in bytes a second.
    private mutating func judge(rate: Double, new: Double, _ now: Instant, _ outputs: inout [Output]) {
        stages.append(BurstResult.Stage(partners: flows.count, rate: rate, new: new))
        let isTelling = stage > 0 && isComparable && new * 100 >= rate * Double(BandwidthLimits.tellingPercent)
        let isSteady =
            rate * 100 >= (best?.rate ?? 0) * BandwidthLimits.steadyPercent
            && (rate - new) * 100 >= rate * BandwidthLimits.standstillPercent
        let hasGrown =
            (rate - previous) * 100 > new * BandwidthLimits.growthPercent + rate * BandwidthLimits.noisePercent
        if let best, rate < best.rate * 1.1 {
            self.best = (max(rate, best.rate), rate > best.rate * 0.9 ? best.intervals + intervals : best.intervals)
        } else {
            best = (rate, intervals)
        }
        previous = rate
        if isTelling && isSteady && !hasGrown { return finish(isConclusive: true, &outputs) }
        guard flows.count < BandwidthLimits.fanOut, !candidates.isEmpty, carried < BandwidthLimits.burstBytes else {
            return finish(isConclusive: false, &outputs)
        }
        stage += 1
        isComparable = true
        wanted = min(2 * flows.count + 1, BandwidthLimits.fanOut)
        phase = .recruiting(until: now + BandwidthLimits.recruiting)
        recruit(&outputs)
    }

    private mutating func finish(isConclusive: Bool, _ outputs: inout [Output]) {
        guard !isFinished else { return }
        phase = .finished
        outputs.append(
            .finished(
                BurstResult(
                    direction: direction, samples: best?.intervals ?? [], isConclusive: isConclusive,
                    refusals: refusals, bytes: carried, partners: flows.count, stages: stages)))
    }
}
