/// Stored bytes and chunks that came over the network.
struct TransferProgress: Sendable, Hashable {
    var bytes: Int64
    var chunks: Int64
}
