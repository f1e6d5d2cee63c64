/// One slice on its way over a path of links.
struct SimulatedParcel {
    var flow: Int32
    /// The chunk's index.
    var index: Int32
    var bytes: Int32
    var slice: UInt16
    /// The way that it is on, counted along the path.
    var hop: UInt8
    /// Its chunk's header comes with it.
    var hasHeader: Bool
    /// When its first byte left the way before.
    var entered: Int64
}
