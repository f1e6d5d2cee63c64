/// Stored bytes and chunks that came over the network, and the bytes that had to come.
struct TransferProgress: Sendable, Hashable {
    var bytes: Int64
    var chunks: Int64
    var total: Int64
}
