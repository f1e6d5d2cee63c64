/// Appending to a buffer that is kept for reuse, without memory of its own: what ``ByteWriter`` does, for hot paths.
extension [UInt8] {
    @inlinable
    public mutating func append<T: FixedWidthInteger & BitwiseCopyable>(bigEndian value: T) {
        Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
    }

    @inlinable
    public mutating func append(_ digest: Digest) {
        append(bigEndian: digest.w0)
        append(bigEndian: digest.w1)
        append(bigEndian: digest.w2)
        append(bigEndian: digest.w3)
    }
}
