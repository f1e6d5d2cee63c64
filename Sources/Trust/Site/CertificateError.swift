/// Why a certificate chain does not count.
public enum CertificateError: Error, Hashable, Sendable {
    /// The chain belongs to another site.
    case wrongSite
    /// A signature is not that of the key that should have signed, or the issuer is another one.
    case forged
    /// The certificate becomes valid only in so many seconds.
    case notYetValid(seconds: UInt64)
    /// The certificate ended so many seconds ago, beyond the days of grace.
    case expired(seconds: UInt64)
    /// The peer's roles or dates go beyond what its issuer may give.
    case exceedsIssuer
    /// The chain certifies another key than the one that its bearer proved to own, or one that nobody can own.
    case wrongKey
    /// The bytes are no certificates at all.
    case malformed
}

extension CertificateError: CustomStringConvertible {
    /// For people: why, without a next step.
    public var description: String {
        switch self {
        case .wrongSite: "the certificate belongs to another site"
        case .forged: "the certificate's signature is not that of this site"
        case .notYetValid(let seconds): "the certificate becomes valid in \(seconds) s; is the clock right?"
        case .expired(let seconds): "the certificate expired \(seconds / 3600) h ago"
        case .exceedsIssuer: "the certificate claims more than its issuer may give"
        case .wrongKey: "the certificate is for another key"
        case .malformed: "the bytes are not certificates"
        }
    }
}
