import Basics
import Pipeline
import Testing

private func member(_ number: UInt8, _ site: String, _ rack: String) -> PlanMember {
    PlanMember(peer: peer(number), site: site, rack: rack)
}

@Suite struct ChainPlanTests {
    @Test func visitsTheSourcesRackThenItsSiteThenOthersAndEachOnce() {
        let plan = ChainPlan(
            source: member(9, "tokyo", "r1"),
            targets: [
                member(1, "kyoto", "r0"), member(2, "tokyo", "r0"), member(3, "tokyo", "r1"),
                member(4, "kyoto", "r0"), member(5, "tokyo", "r0"), member(9, "tokyo", "r1"), member(3, "tokyo", "r1"),
            ])
        #expect(plan.order == [9, 3, 2, 5, 1, 4].map(peer))
    }

    @Test func theOrderOfTheInputsDoesNotMatter() {
        var random = RandomSource(seed: 5)
        let targets = (1...60).map { member(UInt8($0), "s\($0 % 3)", "r\($0 % 4)") }
        let plan = ChainPlan(source: member(0, "s1", "r2"), targets: targets)
        for _ in 0..<20 {
            #expect(ChainPlan(source: member(0, "s1", "r2"), targets: targets.shuffled(using: &random)) == plan)
        }
    }

    @Test func candidatesArePredecessorsOnlyNearestFirst() {
        let plan = ChainPlan(order: [peer(0), peer(1), peer(2), peer(3)])
        #expect(plan.candidates(for: peer(3)) == [peer(2), peer(1), peer(0)])
        #expect(plan.candidates(for: peer(1)) == [peer(0)])
        #expect(plan.candidates(for: peer(0)) == [])
        #expect(plan.candidates(for: peer(7)) == [peer(0)])
    }

    @Test func anOrderNamesTheSourceAndWhoIsNear() {
        let plan = ChainPlan(order: (0..<200).map { peer(UInt8($0)) })
        for place in 1..<200 {
            let excerpt = plan.excerpt(for: peer(UInt8(place)))
            #expect(excerpt.order.first == peer(0))
            #expect(excerpt.order.last == peer(UInt8(place)))
            #expect(excerpt.order.count <= 20)
            let candidates = excerpt.candidates(for: peer(UInt8(place)))
            #expect(candidates.prefix(8) == plan.candidates(for: peer(UInt8(place))).prefix(8))
            #expect(Set(candidates).isSubset(of: plan.candidates(for: peer(UInt8(place)))))
        }
        #expect(plan.excerpt(for: peer(0)).candidates(for: peer(0)).isEmpty)
    }
}
