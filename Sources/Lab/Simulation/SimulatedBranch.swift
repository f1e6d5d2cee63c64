/// Orders on their way to the head of a branch, which passes on all but its own.
struct SimulatedBranch {
    let sender: Int
    /// Copies, the head's first.
    let copies: [Int32]
}
