import Basics
import Pipeline
import Testing

@Suite("The lower bound against linear programs")
struct LowerBoundFixtureTests {
    @Test("with one source it is the linear program's rate", arguments: LowerBoundCase.all.filter(\.isOfOneSource))
    func exact(example: LowerBoundCase) throws {
        let rate = try #require(LowerBound.rate(example.network))
        #expect(abs(rate - example.rate) < 1e-6, "\(rate) instead of \(example.rate)")
    }

    @Test(
        "with several sources and parts nothing beats it", arguments: LowerBoundCase.all.filter { !$0.isOfOneSource })
    func bound(example: LowerBoundCase) throws {
        let rate = try #require(LowerBound.rate(example.network))
        #expect(rate >= example.rate - 1e-6, "\(rate) is less than \(example.rate)")
    }

    @Test("there are cases of both kinds, and in some the usual formula promises too much")
    func coverage() {
        let single = LowerBoundCase.all.filter(\.isOfOneSource)
        let loose = single.filter { $0.network.usualFormula > $0.rate + 1e-6 }
        #expect(single.count >= 30)
        #expect(LowerBoundCase.all.count - single.count >= 10)
        #expect(loose.count >= 5)
        #expect(single.allSatisfy { $0.network.usualFormula >= $0.rate - 1e-6 })
    }

    @Test("more rate anywhere never makes it slower, and less never faster", arguments: 0..<8)
    func monotone(seed: Int) throws {
        var random = RandomSource(seed: UInt64(seed))
        for _ in 0..<20 {
            let network = BoundNetwork.random(&random)
            guard network.hosts.count > 1 else { continue }
            let rate = try #require(LowerBound.rate(network))
            let factor = Double.random(in: 1.1...4, using: &random)
            for place in network.hosts.indices {
                for link in [\BoundNetwork.Host.up, \.down] {
                    var faster = network
                    faster.hosts[place][keyPath: link]! *= factor
                    #expect(try #require(LowerBound.rate(faster)) >= rate * (1 - 1e-9))
                    var slower = network
                    slower.hosts[place][keyPath: link]! /= factor
                    #expect(try #require(LowerBound.rate(slower)) <= rate * (1 + 1e-9))
                }
            }
            for place in network.groups.indices {
                for link in [\BoundNetwork.Group.up, \.down] {
                    var faster = network
                    faster.groups[place][keyPath: link] = nil
                    #expect(try #require(LowerBound.rate(faster)) >= rate * (1 - 1e-9))
                    var slower = network
                    slower.groups[place][keyPath: link]! /= factor
                    #expect(try #require(LowerBound.rate(slower)) <= rate * (1 + 1e-9))
                }
            }
        }
    }

    @Test("it is at most the usual formula, and grows with all rates", arguments: 0..<4)
    func formula(seed: Int) throws {
        var random = RandomSource(seed: UInt64(1000 + seed))
        for _ in 0..<100 {
            var network = BoundNetwork.random(&random)
            guard network.hosts.count > 1 else { continue }
            let rate = try #require(LowerBound.rate(network))
            #expect(rate > 0 && rate <= network.usualFormula * (1 + 1e-6))
            // An unlimited group around a group changes nothing.
            network.groups.append(BoundNetwork.Group(parent: network.hosts[0].group))
            let inner = network.groups.count - 1
            for place in network.hosts.indices where network.hosts[place].group == network.hosts[0].group {
                if place > 0 { network.hosts[place].group = inner }
            }
            network.hosts[0].group = inner
            #expect(abs(try #require(LowerBound.rate(network)) - rate) < 1e-6)
            for place in network.hosts.indices {
                network.hosts[place].up! *= 1e6
                network.hosts[place].down! *= 1e6
            }
            for place in network.groups.indices {
                network.groups[place].up = network.groups[place].up.map { $0 * 1e6 }
                network.groups[place].down = network.groups[place].down.map { $0 * 1e6 }
            }
            #expect(abs(try #require(LowerBound.rate(network)) / rate - 1e6) < 1)
        }
    }
}
