public import Basics

/// Makes cookies for sources and checks them, without remembering any source.
///
/// A cookie is a keyed BLAKE2b over the sender's name, its port and its address, under a secret that nobody else has.
/// The secret is replaced every 120 s and its cookies are good for 120 s more, so one works for two to four minutes.
/// Nothing is taken from the heap but a new secret once a period.
///
/// Until a source has returned its cookie it gets nothing that is larger than what it sent: its address may be
/// somebody else's.
public struct CookieJar: Sendable {
    private var secret: SecretBytes
    /// The secret of the period before; nil when no cookie of it may be good.
    private var former: SecretBytes?
    /// When the present period began.
    private var begin: Instant

    public init(now: Instant) {
        secret = CookieJar.makeSecret()
        begin = now
    }

    /// The cookie for a source. The address has at most 16 bytes: those of IPv4 or IPv6, always in the same form.
    public mutating func cookie(
        for address: UnsafeRawBufferPointer, port: UInt16, sender: PeerID, now: Instant
    ) -> Cookie {
        turn(now)
        return CookieJar.make(secret, address, port, sender)
    }

    /// Whether this peer made the cookie for this source in this period or the one before.
    public mutating func isValid(
        _ cookie: Cookie, for address: UnsafeRawBufferPointer, port: UInt16, sender: PeerID, now: Instant
    ) -> Bool {
        turn(now)
        if CookieJar.make(secret, address, port, sender).isEqual(to: cookie) { return true }
        guard let former else { return false }
        return CookieJar.make(former, address, port, sender).isEqual(to: cookie)
    }

    /// Replaces the secret when its period is over. A clock that stands or goes back keeps it.
    private mutating func turn(_ now: Instant) {
        let period = TrustLimits.cookiePeriod
        let age = now - begin
        guard age >= period else { return }
        let isNext = age < period + period
        former = isNext ? secret : nil
        secret = CookieJar.makeSecret()
        begin = isNext ? begin + period : now
    }

    private static func makeSecret() -> SecretBytes { SecretBytes(randomCount: 32) }

    private static func make(
        _ secret: SecretBytes, _ address: UnsafeRawBufferPointer, _ port: UInt16, _ sender: PeerID
    ) -> Cookie {
        precondition(address.count <= TrustLimits.cookieAddressBytes, "an address has at most 16 bytes")
        let start = Digest.byteCount + 2
        // One call for both buffers: first the message, then the result.
        let size = start + TrustLimits.cookieAddressBytes + Cookie.byteCount
        return withUnsafeTemporaryAllocation(byteCount: size, alignment: 8) { buffer in
            sender.digest.write(to: buffer)
            buffer.storeBytes(of: port.bigEndian, toByteOffset: Digest.byteCount, as: UInt16.self)
            let end = start + address.count
            UnsafeMutableRawBufferPointer(rebasing: buffer[start..<end]).copyMemory(from: address)
            let output = UnsafeMutableRawBufferPointer(rebasing: buffer[end..<end + Cookie.byteCount])
            Sodium.keyedBLAKE2b(UnsafeRawBufferPointer(rebasing: buffer[..<end]), key: secret, into: output)
            return Cookie(UnsafeRawBufferPointer(output))
        }
    }
}

extension CookieJar {
    /// The same for an address in an array.
    public mutating func cookie(for address: [UInt8], port: UInt16, sender: PeerID, now: Instant) -> Cookie {
        address.withUnsafeBytes { cookie(for: $0, port: port, sender: sender, now: now) }
    }

    /// The same for an address in an array.
    public mutating func isValid(
        _ cookie: Cookie, for address: [UInt8], port: UInt16, sender: PeerID, now: Instant
    ) -> Bool {
        address.withUnsafeBytes { isValid(cookie, for: $0, port: port, sender: sender, now: now) }
    }
}

extension CookieJar: CustomStringConvertible {
    public var description: String { "cookie jar" }
}
