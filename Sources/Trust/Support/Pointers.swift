extension UnsafeMutableRawBufferPointer {
    /// The first byte's address, as libsodium wants it; the buffer is not empty.
    var address: UnsafeMutablePointer<UInt8> {
        guard let baseAddress else { preconditionFailure("an empty buffer has no address") }
        return baseAddress.assumingMemoryBound(to: UInt8.self)
    }
}

extension UnsafeRawBufferPointer {
    /// The first byte's address, as libsodium wants it; the buffer is not empty.
    var address: UnsafePointer<UInt8> {
        guard let baseAddress else { preconditionFailure("an empty buffer has no address") }
        return baseAddress.assumingMemoryBound(to: UInt8.self)
    }
}
