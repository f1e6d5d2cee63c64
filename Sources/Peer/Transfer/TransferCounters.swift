/// What the data plane counted since the peer started.
struct TransferCounters: Sendable, Hashable {
    /// Bytes of slices, as stored.
    var bytesReceived: Int64 = 0
    var bytesSent: Int64 = 0
    /// Chunk headers and slices that contradicted a ChunkID.
    var badSlices: Int64 = 0
    /// Slices whose payload was not what the sealed header says.
    var harmedSlices: Int64 = 0
    /// Connections that ended in their handshake.
    var refusedHandshakes: Int64 = 0
}
