import Basics
import Gossip
import Trust

/// Seals and opens the datagrams of one peer, and asks unknown sources for cookies when there is much to do.
///
/// Inside the seal is a gossip datagram, or a cookie (docs/wire/gossip-sealing.md).
struct GossipSeal {
    /// What a datagram that came turned out to be.
    enum Opened {
        /// A gossip datagram of a sender, or a message of bridges (``GossipGroup``, `BridgeReferral`), in this part of the memory.
        case gossip(PeerID, Range<Int>)
        /// Of a source that has to return this cookie first.
        case cookieDue(Cookie)
        /// A cookie that was for us, or nothing that can be opened.
        case done
    }

    private var sealer: GossipSealer
    private var opener: GossipOpener
    private var jar: CookieJar
    /// Cookies that other peers want to see again, by where they are.
    private var cookies: [PeerAddress: [UInt8]] = [:]
    private(set) var cookiesAsked: UInt64 = 0

    /// First bytes of what is inside a seal that no format of gossip has.
    private static let cookieMark: UInt8 = 0xC0
    private static let returnedMark: UInt8 = 0xC1

    init(ring: GossipKeyRing, own: PeerID, now: Instant) {
        sealer = GossipSealer(ring: ring, sender: own)
        opener = GossipOpener(ring: ring, own: own)
        jar = CookieJar(now: now)
    }

    var counters: OpenerCounters { opener.counters }

    /// Seals and opens with these keys from now on.
    mutating func take(_ ring: GossipKeyRing) {
        sealer.take(ring)
        opener.take(ring)
    }

    /// Begins a new boot id: somebody may have made others believe that they saw our counters.
    mutating func renew() { sealer.renew() }

    /// Writes a sealed datagram at the start of a buffer; nil when it cannot be sealed.
    mutating func seal(
        _ plain: UnsafeRawBufferPointer, to address: PeerAddress, into buffer: UnsafeMutableRawBufferPointer
    ) -> Int? {
        var start = GossipSealer.headerBytes
        var count = plain.count
        if !cookies.isEmpty, let cookie = cookies[address] {
            buffer[start] = GossipSeal.returnedMark
            UnsafeMutableRawBufferPointer(rebasing: buffer[(start + 1)...]).copyBytes(from: cookie)
            start += 1 + Cookie.byteCount
            count += 1 + Cookie.byteCount
        }
        UnsafeMutableRawBufferPointer(rebasing: buffer[start...]).copyBytes(from: plain)
        return sealer.seal(into: buffer, plainBytes: count)
    }

    /// Writes a sealed cookie.
    mutating func seal(_ cookie: Cookie, into buffer: UnsafeMutableRawBufferPointer) -> Int? {
        let start = GossipSealer.headerBytes
        buffer[start] = GossipSeal.cookieMark
        UnsafeMutableRawBufferPointer(rebasing: buffer[(start + 1)...]).copyBytes(from: cookie.bytes)
        return sealer.seal(into: buffer, plainBytes: 1 + Cookie.byteCount)
    }

    /// Opens a datagram in place.
    ///
    /// - Parameter isCookieDue: whether this sender has to prove first that it hears at its address.
    mutating func open(
        _ datagram: UnsafeMutableRawBufferPointer, from address: PeerAddress, now: Instant,
        isCookieDue: (PeerID) -> Bool
    ) -> Opened {
        guard let opened = opener.open(datagram), let first = opened.plain.first else { return .done }
        let afterCookie = first + 1 + Cookie.byteCount
        switch datagram[first] {
        case GossipSeal.cookieMark:
            guard opened.plain.upperBound >= afterCookie else { return .done }
            if cookies.count >= PeerLimits.cookies { cookies.removeAll(keepingCapacity: true) }
            cookies[address] = Array(datagram[(first + 1)..<afterCookie])
            return .done
        case GossipSeal.returnedMark:
            guard opened.plain.upperBound >= afterCookie else { return .done }
            if isCookieDue(opened.sender) {
                let cookie = UnsafeRawBufferPointer(rebasing: datagram[(first + 1)..<afterCookie])
                guard isOurs(cookie, address, opened.sender, now) else { return due(address, opened.sender, now) }
            }
            return .gossip(opened.sender, afterCookie..<opened.plain.upperBound)
        default:
            if isCookieDue(opened.sender) { return due(address, opened.sender, now) }
            return .gossip(opened.sender, opened.plain)
        }
    }

    private mutating func isOurs(
        _ cookie: UnsafeRawBufferPointer, _ address: PeerAddress, _ sender: PeerID, _ now: Instant
    ) -> Bool {
        guard let cookie = Cookie(bytes: Array(cookie)) else { return false }
        return jar.isValid(cookie, for: address.addressBytes, port: address.port, sender: sender, now: now)
    }

    /// A cookie is smaller than any gossip datagram that asks for something.
    private mutating func due(_ address: PeerAddress, _ sender: PeerID, _ now: Instant) -> Opened {
        cookiesAsked += 1
        return .cookieDue(jar.cookie(for: address.addressBytes, port: address.port, sender: sender, now: now))
    }
}
