import Basics
import CAllocationCount
import Foundation
import Gossip
import Testing

/// The core takes no memory for a message once its tables have their size, and is fast.
///
/// New members, records of sizes that were not seen before, and what a peer says of itself anew (a report, a
/// refutation) may take memory; a mix of messages of a settled group has none of them.
@Suite(.serialized) struct AllocationTests {
    private static let warmUp = 60_000
    private static let measured = 60_000

    private static let mixes: [Int: MessageMix] = [32, 1000].reduce(into: [:]) {
        $0[$1] = MessageMix(members: $1 - 1, count: warmUp + measured, own: BusyPeer.id, seed: UInt64($1))
    }

    @Test func whatSwiftTakesIsCounted() {
        var numbers: [Int] = []
        allocation_count_begin()
        for number in 0..<100 { numbers.append(number) }
        let grown = allocation_count_end()
        #expect(grown > 3, "an array that grows takes memory")
        allocation_count_begin()
        let text = String(repeating: "skein", count: numbers.count)
        #expect(allocation_count_end() > 0, "a long text takes memory")
        numbers.removeAll(keepingCapacity: true)
        allocation_count_begin()
        for number in 0..<100 { numbers.append(number) }
        #expect(allocation_count_end() == 0, "an array that was as large takes none")
        #expect(numbers.count == 100 && text.utf8.count == 500)
    }

    @Test(arguments: [32, 1000]) func messagesOfASettledGroupTakeNoMemory(members: Int) throws {
        let mix = try #require(AllocationTests.mixes[members])
        var peer = BusyPeer(mix)
        peer.hear(0..<AllocationTests.warmUp)
        let before = peer.machine.counters
        let inputs = peer.inputs
        if ProcessInfo.processInfo.environment["SKEIN_TRAP_ALLOCATION"] != nil { allocation_count_trap_at(1) }
        allocation_count_begin()
        peer.hear(AllocationTests.warmUp..<AllocationTests.warmUp + AllocationTests.measured)
        let count = allocation_count_end()
        let after = peer.machine.counters
        print("allocations of \(peer.inputs - inputs) inputs at \(members) members: \(count)")
        print("counters: \(after)")
        // SKEIN_TRAP_ALLOCATION and a debugger show who asks.
        #expect(count == 0)
        AllocationTests.expectEverything(from: before, to: after)
    }

    /// A mix that leaves something out proves nothing of it.
    private static func expectEverything(from before: GossipCounters, to after: GossipCounters) {
        #expect(after.malformedDatagrams == 0 && after.rejectedRecords == 0)
        #expect(after.suspicions - before.suspicions > 100)
        #expect(after.deaths > 0)
        #expect(after.probes - before.probes > 20)
        #expect(after.failedProbes > before.failedProbes)
        #expect(after.syncs > before.syncs)
        #expect(after.differingDigests - before.differingDigests > 1000)
        #expect(after.datagramsSent - before.datagramsSent > UInt64(measured))
    }

    @Test(arguments: [32, 1000]) func twoHundredThousandMessagesASecond(members: Int) throws {
        let mix = try #require(AllocationTests.mixes[members])
        var peer = BusyPeer(mix)
        peer.hear(0..<AllocationTests.warmUp)
        let (datagrams, inputs) = (peer.datagrams, peer.inputs)
        // Processor time: what else runs on the machine matters less.
        let start = clock()
        peer.hear(AllocationTests.warmUp..<AllocationTests.warmUp + AllocationTests.measured)
        let seconds = Double(clock() - start) / Double(CLOCKS_PER_SEC)
        let rate = Double(peer.datagrams - datagrams) / seconds
        print(
            "core at \(members) members: \(Int(rate)) datagrams a second on one core, with verdicts and timers "
                + "\(Int(Double(peer.inputs - inputs) / seconds)) inputs")
        #expect(rate >= 200_000, "the promise of the design")
    }
}
