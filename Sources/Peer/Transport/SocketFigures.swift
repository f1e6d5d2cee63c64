import Glibc
import NIOCore

/// What the kernel has counted for a TCP connection (`TCP_INFO`).
///
/// The times at which data wait for the network, and for whom, are the kernel's own too: nothing that an application
/// can see from outside says as well whether a sender was starved or a receiver pushed back.
struct SocketFigures: Sendable {
    /// Where Linux has the figures in `struct tcp_info`, in bytes; glibc's own header ends before them.
    private enum Offset {
        static let sendingSegmentBytes = 16
        static let receivingSegmentBytes = 20
        static let arrivedSegments = 152
        static let busy = 168
        static let receiverLimited = 176
        static let deliveredSegments = 192
        static let end = 200
    }

    private static let tcpInfo: Int32 = 11

    /// Payload that the other side has, in bytes: whole segments, those behind a gap included. What is acknowledged in
    /// order stands still at a loss and then jumps, which is no rate over a tenth of a second.
    let delivered: UInt64
    /// Payload that came, in bytes; counted likewise.
    let arrived: UInt64
    /// How long something waited for being sent or acknowledged, in microseconds.
    let busy: UInt64
    /// How much of that the receiver had no room, in microseconds.
    let receiverLimited: UInt64

    /// Called on the channel's event loop; nil when the socket is gone. What an older kernel does not count is 0.
    init?(_ channel: any Channel) {
        let found = try? channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) {
            socket in
            withUnsafeTemporaryAllocation(byteCount: Offset.end, alignment: 8) { raw -> SocketFigures? in
                raw.initializeMemory(as: UInt8.self, repeating: 0)
                var length = socklen_t(Offset.end)
                guard getsockopt(socket, Int32(IPPROTO_TCP), SocketFigures.tcpInfo, raw.baseAddress, &length) == 0
                else { return nil }
                return SocketFigures(UnsafeRawBufferPointer(raw))
            }
        }
        guard let found, let figures = found else { return nil }
        self = figures
    }

    private init(_ raw: UnsafeRawBufferPointer) {
        func word(_ offset: Int) -> UInt64 { UInt64(raw.load(fromByteOffset: offset, as: UInt32.self)) }
        delivered = word(Offset.deliveredSegments) * word(Offset.sendingSegmentBytes)
        arrived = word(Offset.arrivedSegments) * word(Offset.receivingSegmentBytes)
        busy = raw.load(fromByteOffset: Offset.busy, as: UInt64.self)
        receiverLimited = raw.load(fromByteOffset: Offset.receiverLimited, as: UInt64.self)
    }
}
