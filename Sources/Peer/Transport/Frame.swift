import Basics
import NIOCore

/// One received frame, opened. Of a frame with several slices each comes by itself. The payload of a slice is still to be
/// hashed by whoever takes it.
struct Frame {
    let header: FrameHeader
    let body: [UInt8]
    let payload: ByteBuffer
}
