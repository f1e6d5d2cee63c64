import Basics

/// Up to eight peers, in place: accusers, helpers and the like, without memory of their own.
struct PeerSet: Sendable {
    static let limit = 8

    private var peers = InlineArray<8, PeerID>(repeating: PeerID(.zero))
    private(set) var count = 0

    init() {}

    init(_ first: PeerID) { insert(first) }

    func contains(_ id: PeerID) -> Bool {
        for index in 0..<count where peers[index] == id { return true }
        return false
    }

    /// False when it is there already, or there is no room.
    @discardableResult
    mutating func insert(_ id: PeerID) -> Bool {
        guard count < PeerSet.limit, !contains(id) else { return false }
        peers[count] = id
        count += 1
        return true
    }

    subscript(index: Int) -> PeerID { peers[index] }
}

/// Up to eight rows of the table, in place; valid until a member comes or is forgotten.
struct PickedRows: Sendable {
    static let limit = 8

    private var rows = InlineArray<8, Int>(repeating: 0)
    private(set) var count = 0

    var first: Int? { count > 0 ? rows[0] : nil }

    func contains(_ row: Int) -> Bool {
        for index in 0..<count where rows[index] == row { return true }
        return false
    }

    mutating func append(_ row: Int) {
        guard count < PickedRows.limit else { return }
        rows[count] = row
        count += 1
    }

    subscript(index: Int) -> Int {
        get { rows[index] }
        set { rows[index] = newValue }
    }
}
