/// A cut of the network: hosts of different sides do not reach each other while it lasts.
struct SimulatedCut {
    /// The side of each host; -1: on none.
    let sideOfHost: [Int16]
    /// When it heals; nil: never.
    let until: Int64?
    var isActive = true

    func separates(_ a: Int, _ b: Int) -> Bool {
        isActive && sideOfHost[a] >= 0 && sideOfHost[b] >= 0 && sideOfHost[a] != sideOfHost[b]
    }
}
