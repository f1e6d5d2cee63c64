import Basics
import CAllocationCount
import Testing
import Trust

/// Sealing and opening take no memory for a datagram; a new stream takes some for its key.
@Suite struct AllocationTests {
    private let key = GossipKey.random()
    private let sender = PeerID(Digest(prefix: 1))

    /// What `work` takes from the heap in 1000 rounds, after some that are not counted.
    private func allocations(_ work: (Int) -> Void) -> UInt64 {
        for round in 0..<100 { work(round) }
        allocation_count_begin()
        for round in 100..<1100 { work(round) }
        return allocation_count_end()
    }

    @Test(arguments: [0, 41, 200, 1100]) func sealedAndOpenedInPlace(plainBytes: Int) {
        var buffer = [UInt8](repeating: 7, count: plainBytes + GossipSealer.overheadBytes)
        var sealer = GossipSealer(key: key, sender: sender)
        var opener = GossipOpener(key: key, own: PeerID(.zero))
        let count = allocations { _ in
            buffer.withUnsafeMutableBytes {
                _ = sealer.seal(into: $0, plainBytes: plainBytes)
                _ = opener.open($0)
            }
        }
        #expect(count == 0)
        #expect(opener.counters.opened == 1100)
    }

    @Test func streamsThatAreKnownTakeTurns() {
        var buffer = [UInt8](repeating: 7, count: 200 + GossipSealer.overheadBytes)
        var sealers = (0..<64).map { GossipSealer(key: key, sender: PeerID(Digest(prefix: UInt64($0 / 2)))) }
        var opener = GossipOpener(key: key)
        let count = allocations { round in
            buffer.withUnsafeMutableBytes {
                _ = sealers[round % 64].seal(into: $0, plainBytes: 200)
                _ = opener.open($0)
            }
        }
        #expect(count == 0)
        #expect(opener.counters.opened == 1100 && opener.streamCount == 64)
    }

    /// What a stranger can send: too short, of another version, unknown epoch or sender, changed, repeated.
    @Test func refusedDatagramsTakeNothing() {
        var opener = GossipOpener(key: key, own: PeerID(.zero))
        var sealer = GossipSealer(key: key, sender: sender)
        let valid = sealer.seal([UInt8](repeating: 7, count: 200))
        #expect(opener.open(valid) != nil)
        var refused = [valid, valid, valid, valid, valid, valid]
        refused[1][0] = 9
        refused[2][1] ^= 1
        refused[3][10] ^= 1
        refused[4][valid.count - 1] ^= 1
        refused[5].removeLast(150)
        var opened = 0
        var scratch = [UInt8](repeating: 0, count: valid.count)
        let count = allocations { round in
            let datagram = refused[round % refused.count]
            scratch.withUnsafeMutableBytes { scratch in
                scratch.copyBytes(from: datagram)
                let received = UnsafeMutableRawBufferPointer(rebasing: scratch[..<datagram.count])
                if opener.open(received) != nil { opened += 1 }
            }
        }
        #expect(count == 0)
        #expect(opened == 0)
    }

    @Test func cookiesTakeNothing() {
        var jar = CookieJar(now: .origin)
        let address: [UInt8] = [10, 77, 0, 1]
        var valid = 0
        let count = allocations { round in
            let now = Instant.origin + .milliseconds(round)
            let cookie = jar.cookie(for: address, port: 7411, sender: sender, now: now)
            if jar.isValid(cookie, for: address, port: 7411, sender: sender, now: now) { valid += 1 }
        }
        #expect(count == 0)
        #expect(valid == 1100)
    }
}
