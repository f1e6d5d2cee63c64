package import Basics
package import Trust

/// Why a connection never became a session.
package enum HandshakeError: Error {
    case noise(NoiseError)
    case decode(DecodeError)
    case certificate(CertificateError)
    /// No static key was proved.
    case keyMismatch
    /// Another peer answered than the one that was dialled.
    case unexpectedPeer(PeerID)
    case timeout
}
