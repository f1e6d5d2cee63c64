public import Basics

/// What a finished handshake leaves: a cipher for each direction, and a name for the session.
public struct NoiseSession: Sendable {
    public var sending: NoiseCipher
    public var receiving: NoiseCipher
    /// The same on both sides and unique to this session: signatures over it are bound to this channel.
    public let handshakeHash: Digest
}
