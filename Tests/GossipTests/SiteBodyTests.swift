import Basics
import Gossip
import Testing

/// Who is a bridge, and the bodies of what bridges tell.
@Suite struct SiteBodyTests {
    private static func ids(_ count: Int, seed: UInt64) -> [PeerID] {
        var random = RandomSource(seed: seed)
        return (0..<count).map { _ in PeerID(Digest(bytes: random.bytes(32))!) }
    }

    @Test func bridgesAreTheSameForEverybody() {
        let ids = Self.ids(500, seed: 1)
        let bridges = Bridges(of: ids)
        #expect(bridges.all.count == GossipLimits.bridges)
        #expect(Bridges(of: ids.reversed()) == bridges)
        #expect(Bridges(of: ids.filter { !bridges.contains($0) }).all.allSatisfy { !bridges.contains($0) })
        // One that goes is replaced by one, and the others stay.
        let gone = bridges.all[1]
        let after = Bridges(of: ids.filter { $0 != gone })
        #expect(Set(after.all).intersection(bridges.all).count == GossipLimits.bridges - 1)
        #expect(Bridges(of: ids.prefix(2)).all.count == 2)
    }

    private static let summary = SiteSummary(
        site: "tokyo", presentCount: 2000, vcpus: 8000, freeMemoryMiB: 1 << 40, totalMemoryMiB: 1 << 41,
        bridges: [PeerAddress(ipv4: 10, 0, 0, 1, port: 7411)], holdings: [ImageID(Digest(prefix: 9))])

    private static func line(_ name: String) -> SiteDirectory.Line {
        SiteDirectory.Line(
            site: name, presentCount: 40, freeMemoryMiB: 1 << 20, vcpus: 160,
            bridge: PeerAddress(ipv4: 10, 0, 0, 2, port: 7411), holdings: [1, 2, 3, 4, 5])
    }

    private static func record(_ kind: RecordKind, body: Int) -> SignedRecord {
        SignedRecord(
            owner: PeerID(Digest(prefix: 3)), kind: kind, item: 2, version: 1 << 32,
            body: [UInt8](repeating: 1, count: body),
            signature: [UInt8](repeating: 2, count: GossipLimits.signatureBytes))
    }

    @Test func bodiesComeBackAsTheyWere() throws {
        #expect(try SiteSummary(decoding: Self.summary.encoded() + [1]) == Self.summary)
        let directory = SiteDirectory([Self.line("kyoto"), Self.line("osaka")])
        #expect(try SiteDirectory(decoding: directory.encoded() + [1]) == directory)
        #expect(directory.lines[0].holdings.count == GossipLimits.directoryHoldings)
        #expect(directory.lines[0].mayHold(ImageID(Digest(prefix: 2))))
        #expect(!directory.lines[0].mayHold(ImageID(Digest(prefix: 99))))
        let relayed = try #require(RelayedRecord(Self.record(.installIntent, body: 90), certificate: [1, 2, 3]))
        #expect(try RelayedRecord(decoding: relayed.encoded()) == relayed)
        let referral = BridgeReferral(to: [PeerAddress](repeating: Self.summary.bridges[0], count: 9))
        #expect(referral.bridges.count == GossipLimits.bridges)
        #expect(try BridgeReferral(decoding: referral.encoded()) == referral)
    }

    @Test func theLargestFitARecord() {
        let name = String(repeating: "n", count: GossipLimits.nameBytes)
        let lines = [SiteDirectory.Line](repeating: Self.line(name), count: 40)
        #expect(SiteDirectory(lines).encoded().count <= GossipLimits.recordBodyBytes)
        var summary = Self.summary
        summary.site = name
        summary.bridges = [PeerAddress](repeating: summary.bridges[0], count: GossipLimits.bridges)
        summary.holdings = [ImageID](repeating: summary.holdings[0], count: GossipLimits.holdings)
        #expect(summary.encoded().count <= GossipLimits.recordBodyBytes)
        // A real chain has 394 bytes: what is carried between sites has to fit beside it.
        let chain = [UInt8](repeating: 5, count: 394)
        #expect(RelayedRecord(Self.record(.linkObservations, body: 430), certificate: chain) != nil)
        #expect(RelayedRecord(Self.record(.linkObservations, body: 600), certificate: chain) == nil)
    }

    @Test func whatIsNotForOtherSitesIsNotCarried() {
        #expect(RelayedRecord(Self.record(.relayed, body: 10), certificate: []) == nil)
        #expect(RelayedRecord(Self.record(.siteDirectory, body: 10), certificate: []) == nil)
        var pulse = Self.record(.pulse, body: 10)
        pulse.item = 0
        #expect(RelayedRecord(pulse, certificate: []) == nil)
    }

    @Test func anyBytesAreAValueOrAnError() throws {
        let relayed = try #require(RelayedRecord(Self.record(.recipeEntry, body: 200), certificate: [9]))
        let samples = [
            Self.summary.encoded(), SiteDirectory([Self.line("kyoto")]).encoded(), relayed.encoded(),
            BridgeReferral(to: Self.summary.bridges).encoded(),
        ]
        Mutations.forEach(of: samples, seed: 4) { bytes in
            _ = try? SiteSummary(decoding: bytes)
            _ = try? SiteDirectory(decoding: bytes)
            _ = try? RelayedRecord(decoding: bytes)
            _ = try? BridgeReferral(decoding: bytes)
        }
    }
}
