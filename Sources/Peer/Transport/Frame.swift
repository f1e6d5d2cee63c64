import NIOCore

/// One received frame, opened. The payload of a slice is still to be hashed by whoever takes it.
struct Frame {
    let header: FrameHeader
    let body: [UInt8]
    let payload: ByteBuffer
}
