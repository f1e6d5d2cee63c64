import Basics
import Foundation
import Testing
import Trust

/// Measures the hot path; runs only when SKEIN_MEASURE is set, and prints figures instead of judging them.
@Suite(.serialized, .enabled(if: ProcessInfo.processInfo.environment["SKEIN_MEASURE"] != nil))
struct SpeedTests {
    private func measure(_ name: String, bytes: Int, rounds: Int, _ work: () -> Void) {
        work()
        // Processor time, so that what else runs on the machine matters less.
        let start = clock()
        for _ in 0..<rounds { work() }
        let seconds = Double(clock() - start) / Double(CLOCKS_PER_SEC)
        let rate = Double(bytes * rounds) / seconds / 1e6
        print("\(name): \(Int(rate)) MB/s, \(Int(seconds * 1e9 / Double(rounds))) ns each")
    }

    @Test func hashingAndSealing() throws {
        let key = NamespaceKey.random()
        var chunk = [UInt8](repeating: 0x5A, count: FormatLimits.chunkBytes)
        var slice = [UInt8](repeating: 0x5A, count: FormatLimits.sliceBytes)
        let digests = [Digest](repeating: .zero, count: FormatLimits.slicesPerChunk)
        measure("SHA-256 of a chunk", bytes: chunk.count, rounds: 4000) { _ = ContentHash.of(chunk) }
        measure("slice hash", bytes: slice.count, rounds: 60_000) {
            _ = slice.withUnsafeBytes { ContentHash.slice($0) }
        }
        let hasher = SliceHasher()
        measure("slices side by side", bytes: hasher.width * slice.count, rounds: 60_000 / hasher.width) {
            for _ in 0..<hasher.width { slice.withUnsafeBytes { hasher.add($0) } }
            hasher.finish { _, _ in }
        }
        let tag = chunk.withUnsafeMutableBytes { ChunkSeal.seal($0, codec: .raw, key: key) }.tag
        measure("chunk name", bytes: 512, rounds: 200_000) {
            _ = ContentHash.chunk(length: chunk.count, tag: tag, slices: digests)
        }
        measure("chunk seal", bytes: chunk.count, rounds: 2000) {
            _ = chunk.withUnsafeMutableBytes { ChunkSeal.seal($0, codec: .raw, key: key) }
        }
        let sealed = chunk.withUnsafeMutableBytes { ChunkSeal.seal($0, codec: .raw, key: key) }
        var plain = chunk
        for opener in [ChunkOpener(), ChunkOpener(isPlain: true)] {
            let name = opener.isPlain ? "chunk open, swift-crypto" : "chunk open"
            measure(name, bytes: chunk.count, rounds: 4000) {
                _ = chunk.withUnsafeBytes { sealedBytes in
                    plain.withUnsafeMutableBytes {
                        opener.open(sealedBytes, secret: sealed.secret, tag: sealed.tag, into: $0)
                    }
                }
            }
        }
        var cipher = NoiseCipher(key: [UInt8](repeating: 1, count: 32), counter: 0)
        measure("frame header seal", bytes: 72, rounds: 400_000) {
            _ = slice.withUnsafeMutableBytes { cipher.seal(UnsafeMutableRawBufferPointer(rebasing: $0[..<72])) }
        }
        let authority = try SiteAuthority(siteName: "a", now: 0)
        let chain = try authority.issue(peer: PeerIdentity(), name: "h", now: 0)
        measure("chain verification", bytes: 0, rounds: 500) { try? chain.verify(site: authority.site, now: 0) }
        measure("handshake, both sides", bytes: 0, rounds: 200) {
            var pair = NoisePair(AgreementKey(), AgreementKey())
            try? pair.run()
        }
    }

    @Test(arguments: [200, 1100]) func datagrams(plainBytes: Int) throws {
        let key = GossipKey.random()
        let size = plainBytes + GossipSealer.overheadBytes
        var buffer = [UInt8](repeating: 0x5A, count: size)
        var sealer = GossipSealer(key: key, sender: PeerID(.zero))
        var opener = GossipOpener(key: key)
        measure("\(plainBytes) bytes: datagram seal", bytes: plainBytes, rounds: 400_000) {
            _ = buffer.withUnsafeMutableBytes { sealer.seal(into: $0, plainBytes: plainBytes) }
        }
        measure("\(plainBytes) bytes: datagram seal, then open", bytes: plainBytes, rounds: 400_000) {
            buffer.withUnsafeMutableBytes {
                _ = sealer.seal(into: $0, plainBytes: plainBytes)
                _ = opener.open($0)
            }
        }
        #expect(opener.counters.opened == 400_001)
        // A refused datagram keeps its header; what its content becomes does not matter to the time.
        _ = buffer.withUnsafeMutableBytes { sealer.seal(into: $0, plainBytes: plainBytes) }
        buffer[size - 1] ^= 1
        measure("\(plainBytes) bytes: forged, known sender", bytes: plainBytes, rounds: 400_000) {
            _ = buffer.withUnsafeMutableBytes { opener.open($0) }
        }
        buffer[20] ^= 1
        measure("\(plainBytes) bytes: forged, unknown sender", bytes: plainBytes, rounds: 400_000) {
            _ = buffer.withUnsafeMutableBytes { opener.open($0) }
        }
        #expect(opener.counters.forged == 800_002)
    }

    @Test func aFullTableAndCookies() throws {
        let key = GossipKey.random()
        var opener = GossipOpener(key: key)
        var number: UInt64 = 0
        var datagram = [UInt8](repeating: 0, count: 200 + GossipSealer.overheadBytes)
        func sealFromNobodyYet() {
            number += 1
            let name = withUnsafeBytes(of: (number, number, number, number)) { Digest($0) }
            var sealer = GossipSealer(key: key, sender: PeerID(name))
            _ = datagram.withUnsafeMutableBytes { sealer.seal(into: $0, plainBytes: 200) }
        }
        func open() { _ = datagram.withUnsafeMutableBytes { opener.open($0) } }
        measure("a new sender: seal only", bytes: 0, rounds: 100_000) { sealFromNobodyYet() }
        while opener.senderCount < TrustLimits.gossipSenders {
            sealFromNobodyYet()
            open()
        }
        measure("a new sender: seal, open, push another out", bytes: 0, rounds: 100_000) {
            sealFromNobodyYet()
            open()
        }
        #expect(opener.counters.sendersPushedOut == 100_001)
        var jar = CookieJar(now: .origin)
        let address: [UInt8] = [10, 77, 0, 1]
        let cookie = jar.cookie(for: address, port: 1, sender: PeerID(.zero), now: .origin)
        measure("cookie", bytes: 0, rounds: 400_000) {
            _ = jar.cookie(for: address, port: 1, sender: PeerID(.zero), now: .origin)
        }
        measure("cookie check", bytes: 0, rounds: 400_000) {
            _ = jar.isValid(cookie, for: address, port: 1, sender: PeerID(.zero), now: .origin)
        }
    }
}
