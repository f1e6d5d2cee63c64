import Basics
import Testing
import Trust

/// Cookies: only the source that was given one can show it, for two to four minutes.
struct CookieTests {
    private let start = Instant(nanoseconds: 5_000_000_000_000)
    private let address: [UInt8] = [10, 77, 0, 1]
    private let peer = PeerID(ContentHash.of([1]))

    private func at(_ seconds: Int) -> Instant { start + .seconds(seconds) }

    @Test func aCookieIsGoodForItsSourceOnly() {
        var jar = CookieJar(now: start)
        let cookie = jar.cookie(for: address, port: 7000, sender: peer, now: start)
        #expect(jar.isValid(cookie, for: address, port: 7000, sender: peer, now: start) == true)
        #expect(jar.isValid(cookie, for: address, port: 7001, sender: peer, now: start) == false)
        #expect(jar.isValid(cookie, for: [10, 77, 0, 2], port: 7000, sender: peer, now: start) == false)
        #expect(jar.isValid(cookie, for: address, port: 7000, sender: PeerID(.zero), now: start) == false)
        let mapped = [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF] + address
        #expect(jar.isValid(cookie, for: mapped, port: 7000, sender: peer, now: start) == false)
        let other = jar.cookie(for: mapped, port: 7000, sender: peer, now: start)
        #expect(jar.isValid(other, for: mapped, port: 7000, sender: peer, now: start) == true)
    }

    @Test func noPartOfASourceRunsIntoAnother() {
        var jar = CookieJar(now: start)
        var made: Set<[UInt8]> = []
        let addresses: [[UInt8]] = [[], [0], [0, 0], [0, 0, 0, 0], [UInt8](repeating: 0, count: 16)]
        for address in addresses {
            for port: UInt16 in [0, 1, 256] {
                made.insert(jar.cookie(for: address, port: port, sender: PeerID(.zero), now: start).bytes)
            }
        }
        #expect(made.count == 15)
    }

    @Test func everyFlippedBitIsRefused() throws {
        var jar = CookieJar(now: start)
        let bytes = jar.cookie(for: address, port: 7000, sender: peer, now: start).bytes
        for bit in 0..<Cookie.byteCount * 8 {
            var harmed = bytes
            harmed[bit / 8] ^= 1 << UInt8(bit % 8)
            let cookie = try #require(Cookie(bytes: harmed))
            #expect(jar.isValid(cookie, for: address, port: 7000, sender: peer, now: start) == false)
        }
        let same = try #require(Cookie(bytes: bytes))
        #expect(jar.isValid(same, for: address, port: 7000, sender: peer, now: start) == true)
    }

    @Test(arguments: [
        (0, 119, true), (0, 120, true), (0, 239, true), (0, 240, false), (0, 241, false), (119, 239, true),
        (119, 240, false), (120, 359, true), (120, 360, false), (0, 100_000, false), (50, 40, true),
    ]) func aCookieOutlivesOnePeriod(made: Int, shown: Int, isGood: Bool) {
        var jar = CookieJar(now: start)
        let cookie = jar.cookie(for: address, port: 1, sender: peer, now: at(made))
        #expect(jar.isValid(cookie, for: address, port: 1, sender: peer, now: at(shown)) == isGood)
    }

    @Test func oftenUsedAndSeldomUsedJarsRotateAlike() {
        var (busy, idle) = (CookieJar(now: start), CookieJar(now: start))
        var cookies = [
            busy.cookie(for: address, port: 1, sender: peer, now: at(0)),
            idle.cookie(for: address, port: 1, sender: peer, now: at(0)),
        ]
        for second in 1..<240 {
            #expect(busy.isValid(cookies[0], for: address, port: 1, sender: peer, now: at(second)) == true)
        }
        #expect(busy.isValid(cookies[0], for: address, port: 1, sender: peer, now: at(240)) == false)
        #expect(idle.isValid(cookies[1], for: address, port: 1, sender: peer, now: at(240)) == false)
        cookies[1] = idle.cookie(for: address, port: 1, sender: peer, now: at(240))
        #expect(idle.isValid(cookies[1], for: address, port: 1, sender: peer, now: at(241)) == true)
    }

    @Test func jarsDoNotTakeEachOthersCookies() {
        var (one, other) = (CookieJar(now: start), CookieJar(now: start))
        let cookie = one.cookie(for: address, port: 1, sender: peer, now: start)
        #expect(other.isValid(cookie, for: address, port: 1, sender: peer, now: start) == false)
    }

    @Test func aStrangeClockHarmsNothing() {
        var jar = CookieJar(now: .never)
        for now in [Instant.origin, Instant(nanoseconds: .min), .never, start] {
            let cookie = jar.cookie(for: address, port: 1, sender: peer, now: now)
            #expect(jar.isValid(cookie, for: address, port: 1, sender: peer, now: now) == true)
        }
    }

    @Test func arbitraryBytesAreNoCookie() {
        var random = RandomSource(seed: 21)
        var jar = CookieJar(now: start)
        for _ in 0..<2000 {
            let bytes = random.bytes(Int.random(in: 0...32, using: &random))
            guard let cookie = Cookie(bytes: bytes) else {
                #expect(bytes.count != Cookie.byteCount)
                continue
            }
            #expect(cookie.bytes == bytes)
            #expect(jar.isValid(cookie, for: address, port: 1, sender: peer, now: start) == false)
        }
        #expect("\(jar)" == "cookie jar")
    }
}
