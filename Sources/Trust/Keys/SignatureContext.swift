/// What a signature is for; a signature for one purpose never passes for another.
///
/// The signed bytes are the context's text, a zero byte, and the message.
public enum SignatureContext: String, Sendable, Hashable, CaseIterable {
    case issuerCertificate = "skein-issuer-1"
    case peerCertificate = "skein-peer-1"
    case manifest = "skein-manifest-1"
    case grant = "skein-grant-1"
    case record = "skein-record-1"
    /// Records in the group of all sites' bridges: their versions are others than those of the same peer in its site.
    case bridgeRecord = "skein-bridge-record-1"
    case order = "skein-order-1"
    case recipe = "skein-recipe-1"

    func signedBytes(_ message: [UInt8]) -> [UInt8] {
        Array(rawValue.utf8) + [0] + message
    }
}
