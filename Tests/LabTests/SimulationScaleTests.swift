import Basics
import Foundation
import Lab
import Testing

/// Sizes, coarseness and what is left out; and what is refused.
@Suite("Simulations at any size")
struct SimulationScaleTests {
    @Test("a file is simulated with copies of its sites")
    func hostsAreAdded() throws {
        let file = "\(TopologyFilesTests.directory)/sites-3x8-wan.yaml"
        let topology = try SimulationRun.topology(file: file, hosts: 100, imageSize: .mebibytes(2))
        #expect(topology.hosts.count == 100)
        let report = try SimulatedStory.run(topology)
        #expect(report.isWhole && report.hosts == 100 && report.identical == 99)
        #expect(report.imageBytes == 2 << 20 && report.simulation?.gossipGroups == 1)
        // Each site gets the bytes once.
        for site in topology.sites.dropFirst() {
            let down = try #require(report.links.first { $0.link == site.name }).down
            #expect(Double(down) < 1.1 * Double(report.storedBytes), "\(site.name)")
        }
    }

    @Test("above the largest group every site gossips by itself, and the report says so")
    func sitesGossipAlone() throws {
        let file = "\(TopologyFilesTests.directory)/sites-3x8-wan.yaml"
        let count = SimulationLimits.gossipPeers + 1
        let topology = try SimulationRun.topology(file: file, hosts: count, imageSize: ByteCount(bytes: 256 << 10))
        let report = try SimulatedStory.run(topology)
        #expect(report.isWhole && report.survivors == count - 1)
        #expect(report.simulation?.gossipGroups == topology.sites.count)
        #expect(report.warnings.count == 1 && report.warnings[0].contains("each site gossips by itself"))
    }

    @Test("a group too large to find together begins settled")
    func largeGroupsBeginSettled() throws {
        let topology = try SimulatedStory.flat(
            "image: {size: 256KiB}\njoin: {h3: 2s}", hosts: SimulationLimits.joiningPeers + 30)
        let report = try SimulatedStory.run(topology)
        #expect(report.isWhole && report.identical == topology.hosts.count - 1)
        #expect(report.simulation?.joinLast == 0 && report.simulation?.gossipGroups == 1)
        #expect(try #require(report.simulation).gossipBytesPerSecond > 0)
    }

    @Test("without gossip nothing is sent for it, and the bytes take as long")
    func gossipIsOff() throws {
        let topology = try SimulatedStory.racks("image: {size: 16MiB}")
        let on = try SimulatedStory.run(topology)
        let off = try SimulatedStory.run(topology, gossip: .off)
        let (with, without) = (try #require(on.simulation), try #require(off.simulation))
        #expect(with.gossipGroups == 1 && with.gossipBytesPerSecond > 0 && with.joinLast > 0)
        #expect(without.gossipGroups == 0 && without.gossipBytesPerSecond == 0 && without.joinLast == 0)
        #expect(without.events < with.events)
        #expect(abs(try #require(on.finish?.last) - (try #require(off.finish?.last))) < 0.1)
    }

    @Test("coarser slices cost fewer events and change the finish little")
    func slicesMayBeCoarser() throws {
        let topology = try SimulatedStory.flat("image: {size: 32MiB}", hosts: 8)
        var options = SimulationOptions()
        let fine = try SimulationRun.run(topology, options: options)
        #expect(fine.simulation?.sliceBytes == FormatLimits.sliceBytes)
        options.sliceBytes = 128 << 10
        let coarse = try SimulationRun.run(topology, options: options)
        #expect(coarse.isWhole && coarse.simulation?.sliceBytes == 128 << 10)
        #expect(try #require(coarse.simulation).events < (try #require(fine.simulation)).events / 2)
        let (a, b) = (try #require(fine.finish?.last), try #require(coarse.finish?.last))
        #expect(abs(a - b) < 0.1 * a, "\(a) and \(b) s")
    }

    @Test("a plan alone tells membership, depth and bound, and is the same twice")
    func aPlanAlone() throws {
        let topology = try SimulatedStory.racks()
        let plan = try SimulationRun.plan(topology, options: SimulationOptions())
        let again = try SimulationRun.plan(topology, options: SimulationOptions())
        #expect(plan.hosts == 6 && plan.depth >= 3 && plan.depth < 6 && plan.traceHash == again.traceHash)
        let report = try SimulatedStory.run(topology)
        #expect(plan.bound == report.bound && plan.simulation.joinLast == report.simulation?.joinLast)
        #expect(plan.lines.first == "racks: 6 hosts, simulated, plan only")
        #expect(plan.json.contains("\"trace_hash\" : \"\(plan.traceHash)\""))
    }

    @Test("slower software takes longer, each of its parameters by itself")
    func parametersCount() throws {
        let topology = try SimulatedStory.racks()
        func last(_ change: (inout SimulationParameters) -> Void) throws -> Double {
            var options = SimulationOptions()
            change(&options.parameters)
            return try #require(try SimulationRun.run(topology, options: options).finish?.last)
        }
        let usual = try last { _ in }
        #expect(try last { $0.goodputShare = 0.5 } > 1.5 * usual)
        #expect(try last { $0.frameShare = 0.5 } > 1.5 * usual)
        #expect(try last { $0.orderSeconds += 1 } > usual + 0.9)
        #expect(try last { $0.orderPerTargetSeconds += 0.2 } > usual + 0.1)
        #expect(try last { $0.dialSeconds += 0.5 } > usual + 0.4)
        #expect(try last { $0.manifestSeconds += 0.2 } > usual + 0.3)
        #expect(try last { $0.relaySeconds += 0.2 } > usual + 0.3)
        #expect(try last { $0.sliceSeconds = 0.01 } > 2 * usual)
        #expect(try last { $0.finishSeconds += 1 } > usual + 0.9)
        #expect(try last { $0.diskRate = 1e6 } > 3 * usual)
    }
}
