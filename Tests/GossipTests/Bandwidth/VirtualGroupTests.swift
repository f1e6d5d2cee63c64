import Basics
import Gossip
import Testing

/// Groups of mixed rates find their own rates in time, within the budget, whoever they measure with.
@Suite struct VirtualGroupTests {
    private static let mbit = 1e6 / 8

    /// Rates over more than two decades, each direction on its own.
    private static func mixed(_ count: Int, seed: UInt64, noise: Double) -> VirtualLinks {
        var random = RandomSource(seed: seed)
        let classes = [5.0, 10, 20, 50, 100, 200, 500, 1000]
        func rates() -> [Double] { (0..<count).map { _ in classes.randomElement(using: &random)! * mbit } }
        return VirtualLinks(up: rates(), down: rates(), noise: noise)
    }

    @Test(arguments: [1, 2, 3, 4, 5] as [UInt64], [0.0, 0.05, 0.1])
    func thirtyTwoHostsOfMixedRatesAreThroughIn30Seconds(seed: UInt64, noise: Double) {
        var group = VirtualGroup(Self.mixed(32, seed: seed, noise: noise), seed: seed)
        group.run(for: .seconds(29))
        #expect(group.goodHosts >= 29, "seed \(seed), noise \(noise)")
        #expect(group.mostBursts <= 12)
        for host in group.hosts { #expect(host.bytes <= BandwidthLimits.joinBytes + 2 * BandwidthLimits.burstBytes) }
    }

    @Test(arguments: [2, 3, 8] as [Int])
    func smallGroupsAreQuick(count: Int) {
        let links = VirtualLinks(
            up: (0..<count).map { _ in 40 * Self.mbit }, down: (0..<count).map { _ in 40 * Self.mbit })
        var group = VirtualGroup(links, seed: 7)
        group.run(for: .seconds(20))
        #expect(group.goodHosts == count)
    }

    @Test func oneThatIsTenTimesFasterThanAllOthersIsFound() {
        var up = [Double](repeating: 40 * Self.mbit, count: 32)
        var down = up
        up[5] = 400 * Self.mbit
        down[5] = 400 * Self.mbit
        var group = VirtualGroup(VirtualLinks(up: up, down: down, noise: 0.05), seed: 3)
        group.run(for: .seconds(30))
        #expect(group.goodHosts >= 31)
        #expect(abs(group.ratio(5, .up) - 1) < 0.15 && abs(group.ratio(5, .down) - 1) < 0.15)
    }

    @Test func inALargeGroupTheRateOfBurstsStaysTheSame() {
        let rates = [Double](repeating: 10 * Self.mbit, count: 190)
        var group = VirtualGroup(VirtualLinks(up: rates, down: rates, noise: 0.05), seed: 9)
        group.run(for: .seconds(30))
        let early = group.hosts.reduce(0) { $0 + $1.bursts }
        #expect(early < 30 * 4)
        #expect(group.mostBursts <= 12)
        group.run(for: .seconds(410))
        #expect(group.goodHosts >= 180)
        // And then nothing for half an hour.
        let settled = group.hosts.reduce(0) { $0 + $1.bursts }
        group.run(for: .seconds(60))
        #expect(group.hosts.reduce(0) { $0 + $1.bursts } - settled < 20)
    }

    @Test func equalSeedsGiveEqualRuns() {
        let forecasts = (0..<2).map { _ in
            var group = VirtualGroup(Self.mixed(16, seed: 4, noise: 0.1), seed: 4)
            group.run(for: .seconds(15))
            return group.hosts.indices.map { group.ratio($0, .up) }
        }
        #expect(forecasts[0] == forecasts[1])
    }
}
