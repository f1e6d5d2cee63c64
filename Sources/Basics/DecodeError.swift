/// Why bytes from outside are not a value. Decoders are total: any bytes give a value or one of these.
public enum DecodeError: Error, Hashable, Sendable {
    /// The bytes end before the value does.
    case truncated
    /// Bytes follow the end of the value.
    case trailingBytes
    /// The first bytes are not those of this format.
    case badMagic
    /// A version this software does not know.
    case unsupportedVersion(UInt64)
    /// A count, length or number beyond its limit; the name of the field.
    case outOfRange(String)
    /// Well-formed fields that contradict each other or the format's rules; what is wrong.
    case malformed(String)
    /// A signature, tag or digest that does not fit the bytes.
    case notAuthentic
}
