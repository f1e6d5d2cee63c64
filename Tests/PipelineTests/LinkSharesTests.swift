import Basics
import Pipeline
import Testing

/// What images of several priorities may take of one link.
@Suite struct LinkSharesTests {
    private static let capacity = 5_000_000

    private func claim(
        _ priority: TransferPriority, planned: Int = 5_000_000, rate: Int = 0, isNew: Bool = false
    ) -> LinkShares.Claim {
        LinkShares.Claim(priority: priority, planned: planned, rate: rate, isNew: isNew)
    }

    private func allowance(_ priority: TransferPriority, _ claims: [LinkShares.Claim]) -> Int? {
        LinkShares.allowance(of: priority, among: claims, capacity: Self.capacity)
    }

    @Test("images of one priority are not held back", arguments: TransferPriority.allCases)
    func equals(priority: TransferPriority) {
        #expect(allowance(priority, [claim(priority), claim(priority)]) == nil)
    }

    @Test("the lower get a little beside one that fills the link, and the higher everything")
    func full() {
        let claims = [claim(.high, rate: 4_900_000), claim(.normal, rate: 100_000), claim(.background)]
        #expect(allowance(.high, claims) == nil)
        #expect(allowance(.normal, claims) == 100_000)
        #expect(allowance(.background, claims) == 100_000)
    }

    @Test("one that has just begun gets what its plan has, however little moves yet")
    func begins() {
        #expect(allowance(.normal, [claim(.high, planned: 4_000_000, isNew: true), claim(.normal)]) == 1_000_000)
    }

    @Test("what the higher cannot use is for the lower, in equal parts")
    func slow() {
        // It waits for a slow host elsewhere: a quarter more than it takes stays free for it, and a twentieth of the link.
        let claims = [claim(.high, rate: 1_000_000), claim(.normal), claim(.normal)]
        #expect(allowance(.normal, claims) == (5_000_000 - 1_500_000) / 2)
        // One that wants nothing in this direction is no claim.
        #expect(allowance(.normal, [claim(.high, planned: 0), claim(.normal)]) == nil)
    }

    @Test("while the lower take more than is left, by what they were allowed before, they are allowed nothing more")
    func crowded() {
        let beside = { (lower: Int) in
            self.allowance(.normal, [self.claim(.high, rate: 2_400_000), self.claim(.normal, rate: lower)])
        }
        #expect(beside(2_400_000) == 100_000)
        #expect(beside(1_900_000) == 1_750_000)
        #expect(beside(0) == 1_750_000)
    }

    @Test("who orders a priority that does not exist is told", arguments: ["", "HIGH", "low", "2"])
    func names(name: String) {
        #expect(TransferPriority(name: name) == nil)
        for priority in TransferPriority.allCases { #expect(TransferPriority(name: priority.name) == priority) }
    }
}

/// Images in the background beside other traffic of a host.
@Suite struct BackgroundYieldTests {
    private static let capacity = 5_000_000

    /// A link on which others want so much, looked at ten times a second; the rates of the last look.
    ///
    /// - Parameter carried: what it carries in truth.
    private func share(
        _ yield: inout BackgroundYield, others wanted: Int, for looks: Int, carried: Int = capacity
    ) -> (own: Int, others: Int) {
        var own = 0
        var others = 0
        for _ in 0..<looks {
            // A greedy flow takes what is left; beside one that is not held back it gets half.
            own = min(yield.allowance ?? carried, carried)
            others = min(wanted, max(carried - own, carried / 2))
            own = min(own, carried - others)
            yield.look(capacity: Self.capacity, own: own, others: others)
        }
        return (own, others)
    }

    @Test("a greedy one has nine tenths of the link within a second")
    func greedy() {
        var yield = BackgroundYield()
        let rates = share(&yield, others: .max, for: 10)
        #expect(rates.others > Self.capacity * 9 / 10 && rates.own < Self.capacity / 10, "\(rates)")
    }

    @Test(
        "the same where the link carries less than is said of it, however the two have begun", arguments: [91, 95, 100])
    func headers(percent: Int) {
        var yield = BackgroundYield()
        yield.begin(capacity: Self.capacity)
        let carried = Self.capacity * percent / 100
        _ = share(&yield, others: Self.capacity / 4, for: 40, carried: carried)
        let rates = share(&yield, others: .max, for: 20, carried: carried)
        #expect(rates.others > carried * 9 / 10, "\(rates)")
    }

    @Test("beside one that wants less the rest is used, but for a part in which it can grow", arguments: [1, 2, 3])
    func steady(fifths: Int) {
        var yield = BackgroundYield()
        yield.begin(capacity: Self.capacity)
        let rates = share(&yield, others: Self.capacity * fifths / 5, for: 40)
        #expect(rates.others == Self.capacity * fifths / 5)
        #expect(rates.own + rates.others > Self.capacity * 78 / 100, "\(rates)")
        #expect(rates.own + rates.others < Self.capacity * 88 / 100, "\(rates)")
    }

    @Test("nobody else: all of the link within a second, and again a second after others have gone")
    func free() {
        var yield = BackgroundYield()
        yield.begin(capacity: Self.capacity)
        #expect(yield.allowance == Self.capacity / 10)
        _ = share(&yield, others: 0, for: 10)
        #expect(yield.allowance == nil)
        _ = share(&yield, others: .max, for: 20)
        #expect(yield.allowance == Self.capacity / 50)
        _ = share(&yield, others: 0, for: 14)
        #expect(yield.allowance == nil)
    }

    @Test("a rate follows what is counted within half a second, and begins anew where the count does")
    func gauge() {
        var gauge = RateGauge()
        var count: Int64 = 0
        var now = Instant(nanoseconds: 1_000_000_000)
        func pass(_ rate: Int64, looks: Int) {
            for _ in 0..<looks {
                gauge.look(at: count, now: now)
                now = now + .milliseconds(100)
                count += rate / 10
            }
        }
        pass(1_000_000, looks: 8)
        #expect(gauge.rate == 1_000_000)
        pass(0, looks: 6)
        #expect(gauge.rate < 200_000)
        gauge.look(at: 5, now: now)
        #expect(gauge.rate == 0 && gauge.looks == 0)
    }
}
