import Basics
import Gossip
import Testing

/// Bodies of install intents, recipe entries and link observations.
@Suite struct RecordBodyTests {
    private static let digest = Digest(bytes: (0..<32).map { UInt8($0) })!

    private static let intent = InstallIntent(
        order: digest, orderBytes: 4096, image: ImageID(digest), targetCount: 190, priority: 3, expires: 1_800_000_000)

    private static let entry = RecipeEntry(
        recipe: RecipeKey(digest), image: ImageID(digest), site: SiteID(digest), published: 1_700_000_000,
        publisher: digest, signature: [UInt8](repeating: 7, count: 64))

    private static let links = LinkObservations([
        .init(
            link: .rack(site: "tokyo", rack: "r1"), up: BitRate(bitsPerSecond: 5), down: nil, measured: 100),
        .init(link: .site("tokyo"), up: nil, down: BitRate(bitsPerSecond: 9), measured: 101),
        .init(
            link: .between("tokyo", "lyon"), up: BitRate(bitsPerSecond: 1), down: BitRate(bitsPerSecond: 2),
            measured: 102),
    ])

    @Test func bodiesComeBackAsTheyWere() throws {
        #expect(try InstallIntent(decoding: Self.intent.encoded()) == Self.intent)
        #expect(try RecipeEntry(decoding: Self.entry.encoded()) == Self.entry)
        #expect(try LinkObservations(decoding: Self.links.encoded()) == Self.links)
        // Later versions append fields.
        #expect(try InstallIntent(decoding: Self.intent.encoded() + [1]) == Self.intent)
        #expect(try RecipeEntry(decoding: Self.entry.encoded() + [1]) == Self.entry)
        #expect(try LinkObservations(decoding: Self.links.encoded() + [1]) == Self.links)
    }

    @Test func theLargestFitARecord() {
        let name = String(repeating: "n", count: GossipLimits.nameBytes)
        let most = LinkObservations(
            [LinkObservations.Observation](
                repeating: .init(link: .between(name, name), up: nil, down: nil, measured: .max), count: 20))
        #expect(most.encoded().count <= GossipLimits.recordBodyBytes)
        #expect(Self.entry.encoded().count <= GossipLimits.recordBodyBytes)
    }

    @Test func anyBytesAreAValueOrAnError() {
        Mutations.forEach(of: [Self.intent.encoded(), Self.entry.encoded(), Self.links.encoded()], seed: 3) { bytes in
            _ = try? InstallIntent(decoding: bytes)
            _ = try? RecipeEntry(decoding: bytes)
            _ = try? LinkObservations(decoding: bytes)
        }
        var huge = Self.intent
        huge.targetCount = .max
        #expect(throws: DecodeError.self) { try InstallIntent(decoding: huge.encoded()) }
    }

    @Test func theMedianOfRecentObservationsCounts() {
        let link = LinkObservations.Link.site("tokyo")
        func seen(_ up: Int64, at measured: UInt64) -> LinkObservations.Observation {
            .init(link: link, up: BitRate(bitsPerSecond: up), down: nil, measured: measured)
        }
        let all = [
            seen(100, at: 1000), seen(110, at: 1001), seen(90, at: 1002), seen(.max, at: 1003), seen(1, at: 10),
            seen(1, at: .max),
        ]
        let median = LinkObservations.median(of: all, about: link, age: 60, now: 1010)
        #expect(median.up == BitRate(bitsPerSecond: 100))
        #expect(median.down == nil)
        #expect(LinkObservations.median(of: all, about: .site("lyon"), age: 60, now: 1010).up == nil)
    }

    @Test func headsAcceptWhatTheWholeDecodersAccept() {
        var random = RandomSource(seed: 8)
        let pulse = VirtualNetwork.pulse.encoded()
        for _ in 0..<50_000 {
            var bytes = pulse
            for _ in 0...2 {
                bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            if Bool.random(using: &random) { bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random)) }
            #expect((bytes.withUnsafeBytes { PulseHead($0) != nil }) == ((try? Pulse(decoding: bytes)) != nil))
        }
    }

    @Test func itemsAreReplacedWithdrawnAndCarried() throws {
        var network = VirtualNetwork.settled(16, seed: 11)
        network.input(3, .announce(kind: .installIntent, item: 0, body: Self.intent.encoded()))
        network.input(3, .announce(kind: .installIntent, item: 1, body: Self.intent.encoded()))
        network.input(4, .announce(kind: .recipeEntry, item: 63, body: Self.entry.encoded()))
        network.run(for: .seconds(5))
        for host in network.hosts {
            let intents = host.machine.records(of: .installIntent)
            #expect(intents.map(\.item) == [0, 1])
            #expect(try InstallIntent(decoding: #require(intents.first).body) == Self.intent)
            #expect(host.machine.records(of: .recipeEntry).count == 1)
        }
        // Withdrawn with an empty body; the item may be used again.
        network.input(3, .announce(kind: .installIntent, item: 0, body: []))
        network.run(for: .seconds(5))
        for host in network.hosts { #expect(host.machine.records(of: .installIntent).map(\.item) == [1]) }
        // Who comes later hears the same.
        let late = network.add(seeds: [0])
        network.run(for: .seconds(15))
        #expect(network.hosts[late].machine.records(of: .installIntent).map(\.item) == [1])
        #expect(network.hosts[late].machine.records(of: .recipeEntry).map(\.item) == [63])
    }
}
