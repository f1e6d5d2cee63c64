/// How the orders of an install get from who gives them to all targets: branch by branch, each to one of its targets, which
/// passes on the rest in the same way.
///
/// Who orders has a connection to the head of each branch only, and the time until the last target knows grows with the
/// logarithm of their number.
public enum OrderTree {
    /// Cuts orders into branches, in their order, so that neighbours in the list stay together.
    ///
    /// - Parameter sizes: bytes of each order.
    /// - Returns: ranges of `sizes`, none empty, each of at most ``PipelineLimits/orderBranchBytes`` where it has more than
    ///   one order. Up to ``PipelineLimits/directOrders`` orders are a branch each; of more, few branches: what counts is when the last
    ///   target knows, and each connection of a sender takes its time.
    public static func branches(of sizes: [Int]) -> [Range<Int>] {
        let isFew = sizes.count <= PipelineLimits.directOrders
        let count = isFew ? sizes.count : PipelineLimits.orderBranches
        return (0..<count).flatMap { branch in
            halves(of: sizes.count * branch / count..<sizes.count * (branch + 1) / count, sizes)
        }
    }

    /// The range, or parts of it that are small enough.
    private static func halves(of range: Range<Int>, _ sizes: [Int]) -> [Range<Int>] {
        guard range.count > 1, sizes[range].reduce(0, +) > PipelineLimits.orderBranchBytes else { return [range] }
        let middle = range.lowerBound + range.count / 2
        return halves(of: range.lowerBound..<middle, sizes) + halves(of: middle..<range.upperBound, sizes)
    }
}
