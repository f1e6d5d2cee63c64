import Basics
import Peer
import Testing

@Suite struct PlacementTests {
    private func peer(_ number: UInt8) -> PeerID {
        PeerID(Digest(bytes: [UInt8](repeating: 0, count: 31) + [number])!)
    }

    private func rooms(_ free: [Int64]) -> [Placement.Room] {
        free.enumerated().map {
            Placement.Room(peer: peer(UInt8($0.offset)), name: "h\($0.offset)", free: .mebibytes($0.element))
        }
    }

    private func needs(_ memory: [Int64]) -> [Placement.Need] {
        memory.enumerated().map { Placement.Need(node: "n\($0.offset)", memory: .mebibytes($0.element)) }
    }

    @Test func asManyNodesAsHostsLieOnAsManyHosts() throws {
        let places = try Placement.place(
            needs([512, 512, 512, 512]), on: rooms([2048, 1024, 8192, 600]), cluster: "c")
        #expect(Set(places).count == 4)
    }

    @Test func amongHostsWithEquallyManyNodesTheOneWithMoreMemoryTakesTheNext() throws {
        let places = try Placement.place(needs([100]), on: rooms([500, 900, 700]), cluster: "c")
        #expect(places == [peer(1)])
    }

    @Test func theLargestNodesChooseFirst() throws {
        let places = try Placement.place(needs([100, 900]), on: rooms([1000, 150]), cluster: "c")
        #expect(places == [peer(1), peer(0)])
    }

    @Test func theOrderOfTheHostsDoesNotMatter() throws {
        var random = RandomSource(seed: 3)
        let hosts = rooms((0..<20).map { 1000 + Int64($0 % 4) * 100 })
        let wanted = needs((0..<50).map { 64 + Int64($0 % 5) * 32 })
        let places = try Placement.place(wanted, on: hosts, cluster: "c")
        for _ in 0..<20 {
            #expect(try Placement.place(wanted, on: hosts.shuffled(using: &random), cluster: "c") == places)
        }
    }

    @Test func noHostGetsMoreThanItHas() throws {
        var random = RandomSource(seed: 4)
        for _ in 0..<200 {
            let hosts = rooms((0..<8).map { _ in Int64.random(in: 0...4096, using: &random) })
            let wanted = needs((0..<12).map { _ in Int64.random(in: 64...1024, using: &random) })
            guard let places = try? Placement.place(wanted, on: hosts, cluster: "c") else { continue }
            for host in hosts {
                let used = wanted.indices.filter { places[$0] == host.peer }.reduce(0) { $0 + wanted[$1].memory.bytes }
                #expect(used <= host.free.bytes)
            }
        }
    }

    @Test func whatFitsNowhereIsRefusedWithTheNumbers() {
        let error = #expect(throws: SkeinError.self) {
            try Placement.place(needs([4096, 100]), on: rooms([1024, 2048]), cluster: "big")
        }
        #expect(error?.code == .resources)
        #expect(error?.cause.contains("4 GiB free for node n0") == true)
        #expect(error?.cause.contains("h1 has 2 GiB") == true)
        #expect(error?.next.isEmpty == false)
    }
}
