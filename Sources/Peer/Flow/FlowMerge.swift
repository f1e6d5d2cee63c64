package import Basics
package import Pipeline

/// Makes one report of what the hosts say: names, what each is held back by, and who holds back all. Without IO.
package struct FlowMerge {
    /// A host that was asked.
    package struct Member {
        package let peer: PeerID
        package let name: String
        /// What its link carries, in bytes per second, as far as that was measured or declared.
        package let up: Int64?
        package let down: Int64?
        /// Nil when it did not answer.
        package let answer: FlowAnswer?

        package init(peer: PeerID, name: String, up: Int64?, down: Int64?, answer: FlowAnswer?) {
            self.peer = peer
            self.name = name
            self.up = up
            self.down = down
            self.answer = answer?.bounded
        }
    }

    private let members: [Member]
    private let names: [String: String]
    private let plan: PlanPrediction?
    /// Some host's link was measured or declared.
    private let isMeasured: Bool

    package init(_ members: [Member], plan: PlanPrediction?) {
        self.members = members.sorted { ($0.name, $0.peer) < ($1.name, $1.peer) }
        names = Dictionary(members.map { ($0.peer.description, $0.name) }, uniquingKeysWith: { first, _ in first })
        self.plan = plan
        isMeasured = members.contains {
            ($0.up != nil || $0.down != nil) && $0.answer.map { $0.state != .nothing } ?? false
        }
    }

    package func report(of image: ImageID, name: String?) -> FlowReport {
        let part = members.compactMap { member in
            member.answer.flatMap { $0.state == .nothing ? nil : (member: member, answer: $0) }
        }.prefix(PeerLimits.flowHosts)
        let places = Dictionary(
            part.enumerated().map { ($0.element.member.peer.description, $0.offset) },
            uniquingKeysWith: { first, _ in first })
        let hosts = part.map { member, answer in
            FlowBottleneck.Host(
                figures(member, answer),
                // Who has not got anything lately is nobody's child any more.
                children: answer.children.filter { $0.rate > 0 }.compactMap { places[$0.peer] })
        }
        let isFlowing = part.contains { $0.answer.state == .receiving }
        let rows = zip(part, hosts).map { row($0.0, $0.1, $1, isFlowing: isFlowing) }
        return FlowReport(
            image: image.description, name: name,
            elapsed: elapsed(Array(part.map(\.answer))), hosts: rows,
            plan: plan.map { plan in
                FlowReport.Plan(
                    stripes: plan.stripes, rate: plan.rate, predicted: plan.finish, bound: plan.bound,
                    isMeasured: isMeasured)
            },
            bottleneck: isFlowing ? slowest(hosts, rows) : nil,
            silent: members.filter { $0.answer == nil }.map(\.name))
    }

    /// Of those that are on their way; of others, which may have got it long ago, only when there is none.
    private func elapsed(_ answers: [FlowAnswer]) -> Double? {
        let open = answers.filter { $0.state == .receiving || $0.state == .assembling }
        return (open.isEmpty ? answers : open).compactMap(\.elapsed).max()
    }

    private func slowest(_ hosts: [FlowBottleneck.Host], _ rows: [FlowReport.Host]) -> FlowReport.Slowest? {
        FlowBottleneck(hosts).map { slowest in
            FlowReport.Slowest(
                host: rows[slowest.host].host, limit: FlowReport.Limit(slowest.bottleneck), waiting: slowest.waiting)
        }
    }

    private func figures(_ member: Member, _ answer: FlowAnswer) -> FlowFigures {
        // A plan of links that nobody has measured promises nothing.
        let planned = isMeasured ? plan?.rates(of: member.peer) : nil
        return FlowFigures(
            isReceiving: answer.state == .receiving, inRate: answer.inRate ?? 0, outRate: answer.outRate,
            down: member.down, up: member.up, plannedIn: planned?.in, plannedOut: planned?.out, shares: answer.shares)
    }

    private func row(_ member: Member, _ answer: FlowAnswer, _ host: FlowBottleneck.Host, isFlowing: Bool)
        -> FlowReport.Host
    {
        let isReceiving = answer.state == .receiving
        return FlowReport.Host(
            host: member.name, peer: member.peer.description, state: answer.state, bytes: answer.bytes,
            total: answer.total, elapsed: answer.elapsed, inRate: host.figures.inRate, outRate: host.figures.outRate,
            plannedIn: host.figures.plannedIn, plannedOut: host.figures.plannedOut,
            from: answer.parents.map { edge($0, hasStripes: isReceiving) },
            to: answer.children.map { edge($0, hasStripes: false) },
            // What the last moments of a flow were held back by is no news once it has ended.
            limit: isFlowing ? host.bottleneck.map(FlowReport.Limit.init) : nil,
            eta: isReceiving && answer.total > 0
                ? TimeLeft.seconds(bytes: answer.total - answer.bytes, rate: answer.inRate) : nil,
            reason: answer.reason)
    }

    private func edge(_ edge: FlowAnswer.Edge, hasStripes: Bool) -> FlowReport.Edge {
        FlowReport.Edge(
            host: names[edge.peer] ?? String(edge.peer.prefix(12)), bytes: edge.bytes, rate: edge.rate,
            stripes: hasStripes ? edge.stripes : nil)
    }
}
