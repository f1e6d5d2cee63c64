import Basics
import Lab
import Testing

/// What happens to a simulated network, and that all survivors are done in the end.
@Suite("Simulated faults")
struct SimulationFaultTests {
    /// One kind of event each, with the hosts that do not survive it.
    static let faults: [(what: String, lines: String, lost: Int)] = [
        ("killed at a time", "events: [{at: 500ms, kill: a2}]", 1),
        ("killed at a share", "events: [{at: 40%, kill: b1}]", 1),
        ("a random share killed", "events: [{between: [10%, 80%], kill: 34%, seed: 3}]", 2),
        ("stopped", "events: [{at: 500ms, stop: a1}]", 1),
        ("killed when nobody waits for it", "events: [{at: 0s, kill: b2}]", 1),
        ("the source dies", "events: [{at: 1 copy, kill: source}]", 0),
        ("a cut that heals", "events: [{at: 30%, partition: [lan/b], for: 2s}]", 0),
        (
            "two cuts",
            "events: [{at: 20%, partition: [lan/a, lan/b], for: 1s}, {at: 3s, partition: [lan/a], for: 1s}]", 0
        ),
        ("a host's link gets slow", "events: [{at: 20%, link: a1, up: 20Mbit, down: 40Mbit}]", 0),
        ("a rack's link gets a delay", "events: [{at: 20%, link: lan/b, down: 40Mbit, delay: 20ms}]", 0),
        ("two late hosts", "join: {a2: 700ms, b1: 4s}", 0),
        ("a late host dies", "join: {b1: 1s}\nevents: [{at: 2s, kill: b1}]", 1),
        (
            "two images",
            "images: [{name: x, size: 4MiB, source: a0}, {name: y, size: 6MiB, source: b0}]\nevents: [{at: 50%, kill: a1}]",
            1
        ),
        ("next version", "image: {size: 16MiB, previous: {changed: 30%}}\nevents: [{at: 30%, kill: b0}]", 1),
        ("names hidden", "labels: hidden\nevents: [{at: 30%, kill: b0}, {at: 60%, kill: b2}]", 2),
    ]

    @Test("all survivors are done", arguments: faults.indices)
    func survivorsAreDone(number: Int) throws {
        let fault = Self.faults[number]
        for seed in UInt64(0)..<5 {
            let report = try SimulatedStory.run(SimulatedStory.racks(fault.lines), seed: seed)
            let context = "\(fault.what), seed \(seed)"
            #expect(report.isWhole, "\(context): \(report.identical) of \(report.survivors)")
            let lost = report.hostsDetail.filter { $0.fate == .killed || $0.fate == .stopped }
            #expect(lost.count == fault.lost, "\(context)")
            #expect(lost.allSatisfy { $0.finish == nil })
            #expect(report.hostsDetail.filter { $0.fate == .done }.allSatisfy { $0.reason == nil && $0.finish != nil })
        }
    }

    @Test("who follows a dead host goes on at once from the one before it; who follows a stopped one has to notice")
    func aDeathIsHeardAndAStopIsNoticed() throws {
        let undisturbed = try #require(try SimulatedStory.run(SimulatedStory.flat()).finish?.last)
        for seed in UInt64(0)..<5 {
            for host in ["h1", "h2", "h3", "h4"] {
                let killed = try SimulatedStory.run(
                    SimulatedStory.flat("events: [{at: 500ms, kill: \(host)}]"), seed: seed)
                #expect(try #require(killed.finish?.last) < undisturbed + 0.3)
                let stopped = try SimulatedStory.run(
                    SimulatedStory.flat("events: [{at: 500ms, stop: \(host)}]"), seed: seed)
                let last = try #require(stopped.finish?.last)
                #expect(last < undisturbed + 2.2)
                let wasFed = stopped.flows.contains { $0.from == host }
                #expect(stopped.stalls.isEmpty != wasFed, "seed \(seed), \(host): \(stopped.stalls)")
            }
        }
    }

    @Test("one copy is out when the others hold every byte, while the last of them still lack some")
    func aCopyIsOut() throws {
        let story = SimulatedStory()
        let report = try story.run(SimulatedStory.flat("events: [{at: 1 copy, kill: source}]", hosts: 8))
        let death = try #require(story.events.first)
        #expect(death.text == "h0 was killed")
        #expect(death.seconds < (try #require(report.finish?.first)))
        #expect(report.isWhole && report.identical == 7)
        // Two copies are there later than one, and more than there are hosts are never there.
        let later = SimulatedStory()
        _ = try later.run(SimulatedStory.flat("events: [{at: 2 copies, kill: source}]", hosts: 8))
        #expect(try #require(later.events.first).seconds > death.seconds)
        let never = SimulatedStory()
        _ = try never.run(SimulatedStory.flat("events: [{at: 8 copies, kill: source}]", hosts: 8))
        #expect(never.events.isEmpty)
    }

    @Test("a rack goes on soon after its cut has healed, from what it holds")
    func aCutHeals() throws {
        for seed in UInt64(0)..<6 {
            let report = try SimulatedStory.run(
                SimulatedStory.racks("image: {size: 16MiB}\nevents: [{at: 1s, partition: [lan/b], for: 3s}]"),
                seed: seed)
            let last = try #require(report.finish?.last)
            // Connections are asked for again after 1, 3 and 7 s, or the bytes in flight come with a retransmission.
            #expect(last > 4 && last < 8, "seed \(seed): \(last) s")
            // While it lasts nobody else is known to have the image; once it has healed several ask the source.
            #expect(try #require(report.originCopies) < 2)
            #expect(report.duplicateBytes < 3 << 20)
            #expect(!report.stalls.isEmpty)
            for host in report.hostsDetail where host.host.hasPrefix("a") && host.fate == .done {
                #expect(try #require(host.finish) < 3)
            }
        }
    }

    @Test("what is cut off for ever is not done, and the report says why")
    func aCutForEver() throws {
        let report = try SimulatedStory.run(SimulatedStory.racks("events: [{at: 30%, partition: [lan/b]}]"))
        #expect(report.survivors == 5 && report.identical == 2)
        for name in ["b0", "b1", "b2"] {
            let host = try #require(report.host(name))
            #expect(host.fate == .unfinished && host.finish == nil)
            #expect(host.reason == "no byte came for too long")
        }
    }

    @Test("nobody is left to serve what only the source had")
    func theSourceDiesTooEarly() throws {
        let report = try SimulatedStory.run(SimulatedStory.flat("events: [{at: 10%, kill: source}]"))
        #expect(report.survivors == 4 && report.identical == 0)
        #expect(report.hostsDetail.filter { $0.fate == .unfinished }.allSatisfy { $0.reason?.isEmpty == false })
    }

    @Test("a link that is changed changes the finish of who is behind it")
    func aLinkChanges() throws {
        let before = try #require(try SimulatedStory.run(SimulatedStory.racks()).finish?.last)
        func last(_ change: String) throws -> Double {
            let topology = try SimulatedStory.racks("events: [{at: 500ms, link: lan/b, \(change)}]")
            return try #require(try SimulatedStory.run(topology).finish?.last)
        }
        #expect(try last("down: 20Mbit") > before + 1)
        #expect(try last("up: 1Mbit") == before)
        #expect(try last("down: 800Mbit") <= before)
    }

    @Test("a host that joins late is done late, also when nothing has moved for longer than the patience")
    func lateHostsAreDone() throws {
        for gossip in SimulationOptions.Gossip.allCases {
            let topology = try SimulatedStory.flat("join: {h2: 500ms, h3: 3s, h4: 300s}")
            let report = try SimulatedStory.run(topology, gossip: gossip)
            #expect(report.isWhole && report.identical == 4)
            for (name, time) in [("h2", 0.5), ("h3", 3), ("h4", 300)] {
                let finish = try #require(report.host(name)?.finish)
                #expect(finish > time + 0.8 && finish < time + 4)
            }
        }
    }
}
