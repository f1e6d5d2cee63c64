import Pipeline
import Testing

/// How orders are divided among those who pass them on.
@Suite struct OrderTreeTests {
    @Test("a few targets are each asked directly", arguments: [0, 1, 2, 31, 32])
    func few(count: Int) {
        let branches = OrderTree.branches(of: [Int](repeating: 2_000, count: count))
        #expect(branches == (0..<count).map { $0..<$0 + 1 })
    }

    @Test("of many a peer asks ten, and every target is in one branch", arguments: [33, 190, 1_000, 4_000])
    func many(count: Int) {
        let branches = OrderTree.branches(of: [Int](repeating: 2_000, count: count))
        #expect(branches.count == 10)
        #expect(branches.flatMap { Array($0) } == Array(0..<count))
        #expect(branches.map(\.count).max()! - branches.map(\.count).min()! <= 1)
    }

    @Test("no branch has more bytes than one message may have, unless it is one order")
    func bytes() {
        let sizes = (0..<20_000).map { $0 == 77 ? 2 << 20 : 1_000 + $0 % 900 }
        let branches = OrderTree.branches(of: sizes)
        #expect(branches.flatMap { Array($0) } == Array(sizes.indices))
        #expect(branches.allSatisfy { $0.count == 1 || sizes[$0].reduce(0, +) <= 900 << 10 })
        #expect(branches.count < 2 * (sizes.reduce(0, +) / (900 << 10)) + 20)
    }

    @Test("ten thousand targets know after five steps")
    func depth() {
        func depth(_ count: Int) -> Int {
            guard count > 0 else { return 0 }
            return OrderTree.branches(of: [Int](repeating: 2_000, count: count)).map { 1 + depth($0.count - 1) }.max()!
        }
        #expect(depth(32) == 1)
        #expect(depth(190) == 2)
        #expect(depth(10_000) <= 5)
    }
}
