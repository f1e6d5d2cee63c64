import Basics
import Peer
import Testing

@Suite struct RateClassesTests {
    private static func rate(_ megabits: Double) -> BitRate { BitRate(bitsPerSecond: Int64(megabits * 8e6)) }

    @Test("what was measured as nearly the same is planned as the same, what differs is not")
    func classes() {
        let rates = RateClasses([39, 40.5, 38, 41, 100, 104, nil, 9].map { $0.map(Self.rate) })
        let usual = rates.rate(of: Self.rate(40))
        #expect(usual == 40_500_000)
        for measured in [38, 39, 40.5, 41] { #expect(rates.rate(of: Self.rate(measured)) == usual) }
        #expect(rates.rate(of: Self.rate(104)) == rates.rate(of: Self.rate(100)))
        #expect(rates.rate(of: Self.rate(9)) == 9_000_000)
        #expect(rates.rate(of: nil) == nil)
        #expect(rates.usual == 40_500_000)
    }

    @Test("where nothing is known there is no class")
    func unknown() {
        let rates = RateClasses([nil, nil])
        #expect(rates.usual == nil && rates.rate(of: nil) == nil)
    }
}
