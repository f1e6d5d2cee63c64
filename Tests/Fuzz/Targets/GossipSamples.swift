import Basics
import Gossip
import Peer

/// Values of gossip as real encoders write them.
enum GossipSamples {
    static func id(_ number: Int) -> PeerID {
        PeerID(Digest(prefix: UInt64(number + 1) << 48 | 0x5EED))
    }

    static func address(_ number: Int) -> PeerAddress {
        PeerAddress(ipv4: 10, 77, 0, UInt8(truncatingIfNeeded: number + 1), port: 7411)
    }

    static func card(_ number: Int) -> Card {
        Card(
            addresses: [address(number)], name: "h\(number)", site: "tokyo", rack: "r0",
            certificate: [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: 24), incarnation: firstVersion)
    }

    static let pulse: Pulse = {
        var pulse = Pulse(
            freeMemoryMiB: 2048, totalMemoryMiB: 4096, vcpus: 4, nodeCount: 1,
            downForecast: BitRate(bitsPerSecond: 100_000_000), holdings: [ImageID(.zero)])
        pulse.incarnation = firstVersion
        pulse.version = SoftwareVersion(major: 1, minor: 2, patch: 3)
        return pulse
    }()

    static let firstVersion: UInt64 = 1 << 32 | 1

    /// Nobody checks signatures here.
    static func record(
        _ owner: PeerID, _ kind: RecordKind, item: UInt8 = 0, version: UInt64 = firstVersion, _ body: [UInt8]
    ) -> SignedRecord {
        SignedRecord(
            owner: owner, kind: kind, item: item, version: version, body: body,
            signature: [UInt8](repeating: 0, count: GossipLimits.signatureBytes))
    }

    @Sendable static func cards() -> [[UInt8]] {
        var other = card(1)
        other.addresses.append(PeerAddress(parsing: "[fd00::2]:7411") ?? address(2))
        return [card(0).encoded(), other.encoded()]
    }

    @Sendable static func pulses() -> [[UInt8]] {
        var leaving = pulse
        leaving.isLeaving = true
        return [pulse.encoded(), leaving.encoded(), Pulse().encoded()]
    }

    @Sendable static func bodies() -> [[UInt8]] {
        let intent = InstallIntent(
            order: .zero, orderBytes: 4096, image: ImageID(.zero), targetCount: 190, priority: 3, expires: 1 << 31)
        let entry = RecipeEntry(
            recipe: RecipeKey(.zero), image: ImageID(.zero), site: SiteID(.zero), published: 1 << 31, publisher: .zero,
            signature: [UInt8](repeating: 0, count: GossipLimits.signatureBytes))
        let rate = BitRate(bitsPerSecond: 100_000_000)
        let links = LinkObservations([
            .init(link: .rack(site: "tokyo", rack: "r0"), up: rate, down: nil, measured: 1 << 31),
            .init(link: .between("tokyo", "lyon"), up: rate, down: rate, measured: 1 << 31),
        ])
        let summary = SiteSummary(
            site: "lyon", presentCount: 500, vcpus: 4000, freeMemoryMiB: 1 << 20, totalMemoryMiB: 1 << 21,
            bridges: [address(1)], holdings: [ImageID(.zero)])
        let directory = SiteDirectory([
            .init(
                site: "lyon", presentCount: 500, freeMemoryMiB: 1 << 20, vcpus: 4000, bridge: address(1),
                holdings: [7])
        ])
        let relayed = RelayedRecord(record(id(2), .installIntent, item: 3, intent.encoded()), certificate: [1, 2])
        return [
            intent.encoded(), entry.encoded(), links.encoded(), summary.encoded(), directory.encoded(),
            relayed?.encoded() ?? [], RecipeRecord(secret: .zero, entry: entry).encoded(),
            BridgeReferral(to: [address(1), address(2)]).encoded(),
        ]
    }

    @Sendable static func records() -> [[UInt8]] {
        [
            record(id(0), .card, card(0).encoded()), record(id(1), .pulse, pulse.encoded()),
            record(id(2), .installIntent, item: 3, [1, 2, 3]), record(id(2), RecordKind(raw: 200), []),
        ].map { $0.encoded() }
    }

    @Sendable static func datagrams() -> [[UInt8]] {
        let codes: [MessageCode] = [.ping, .ack, .nack, .pingRequest]
        var result = codes.map { code in
            datagram { DatagramWriter(code, 7, id(0), fingerprint: 9, &$0) }
        }
        result.append(datagram { DatagramWriter(.news, &$0) })
        result.append(datagram { DatagramWriter(.answer, &$0) { $0.append(1) } })
        result.append(
            datagram {
                DatagramWriter(.want, &$0) { bytes in
                    bytes.append(1)
                    bytes.append(contentsOf: id(0).digest.bytes + [RecordKind.card.raw, 0])
                }
            })
        result.append(
            datagram { DatagramWriter(.summary, &$0) { $0.append(contentsOf: [UInt8](repeating: 3, count: 1024)) } })
        result.append(datagram { DatagramWriter(.page, &$0) { $0.append(contentsOf: page()) } })
        return result
    }

    /// Everything from the first name on: two peers with their versions.
    private static func page() -> [UInt8] {
        var bytes = Digest.zero.bytes + [0] + Digest.zero.bytes + [2]
        for number in 0..<2 {
            bytes += id(number).digest.bytes + [MemberState.alive.rawValue] + [0, 0, 0, 1, 0, 0, 0, 1, 2]
            bytes += [RecordKind.card.raw, 0, 0, 0, 0, 1, 0, 0, 0, 1, RecordKind.pulse.raw, 0, 0, 0, 0, 1, 0, 0, 0, 2]
        }
        return bytes
    }

    /// With a claim and two records riding along, where they fit.
    private static func datagram(_ begin: (inout Membership.Outputs) -> DatagramWriter) -> [UInt8] {
        var outputs = Membership.Outputs()
        var writer = begin(&outputs)
        let claim = Claim(subject: id(1), incarnation: firstVersion, verdict: .suspect, accuser: id(2))
        _ = writer.add(claim, &outputs)
        _ = writer.add(record: record(id(1), .card, card(1).encoded()).encoded(), &outputs)
        _ = writer.add(record: record(id(1), .pulse, pulse.encoded()).encoded(), &outputs)
        return outputs.array(writer.finish(outputs))
    }
}
