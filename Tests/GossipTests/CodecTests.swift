import Basics
import Gossip
import Testing

/// Every decoder is total: a value or an error for any bytes, and what it accepts it writes again.
@Suite struct CodecTests {
    private static func samples() -> [[UInt8]] {
        var random = RandomSource(seed: 5)
        func id() -> PeerID { PeerID(Digest(bytes: random.bytes(32))!) }
        let pulse = Notary.sign(id(), .pulse, 1 << 33, VirtualNetwork.pulse.encoded())
        let card = Notary.sign(id(), .card, 1 << 33, VirtualNetwork.card(3).encoded())
        let claim = Claim(subject: id(), incarnation: 4, verdict: .dead, accuser: id())
        let entries = [id(), id(), id()].sorted().map {
            DatagramText.Entry(
                id: $0, state: .suspect, incarnation: 9,
                versions: [.init(kind: .card, version: 1), .init(kind: .pulse, version: 2)])
        }
        let messages: [DatagramText.Message] = [
            .ping(sequence: 1, target: id()), .ack(sequence: 2, subject: id()), .nack(sequence: 3, subject: id()),
            .pingRequest(sequence: 4, target: id()), .news,
            .page(low: PeerID(.zero), high: nil, entries),
            .page(low: entries[1].id, high: nil, []),
            .want([RecordName(owner: id(), kind: .card)]), .answer(more: true), .answer(more: false),
        ]
        return messages.map { message in
            var datagram = DatagramText(message)
            datagram.add(claim)
            datagram.add(pulse)
            datagram.add(card)
            return datagram.encoded()
        }
    }

    @Test func datagramsComeBackAsTheyWere() throws {
        for bytes in CodecTests.samples() {
            let datagram = try DatagramText(decoding: bytes)
            #expect(datagram.encoded() == bytes)
        }
    }

    @Test func bodiesComeBackAsTheyWere() throws {
        var card = VirtualNetwork.card(4)
        card.incarnation = 77
        card.addresses.append(PeerAddress(parsing: "[fd00::2]:1")!)
        #expect(try Card(decoding: card.encoded()) == card)
        let image = ImageID(Digest(bytes: [UInt8](repeating: 3, count: 32))!)
        var pulse = Pulse(
            freeMemoryMiB: 1, totalMemoryMiB: 2, vcpus: 3, nodeCount: 4,
            downForecast: BitRate(bitsPerSecond: 5_000_000), upForecast: nil, loadHundredths: 250,
            holdings: [ImageID](repeating: image, count: 20))
        pulse.isLeaving = true
        pulse.incarnation = 9
        #expect(pulse.holdingCount == 20)
        #expect(pulse.holdings.count == GossipLimits.holdings)
        #expect(try Pulse(decoding: pulse.encoded()) == pulse)
        // Later versions append fields.
        #expect(try Pulse(decoding: pulse.encoded() + [1, 2, 3]) == pulse)
        #expect(try Card(decoding: card.encoded() + [1, 2, 3]) == card)
    }

    @Test func theLargestCardAndPulseFitADatagramText() throws {
        let address = PeerAddress(ipv4: 10, 0, 0, 1, port: 1)
        let name = String(repeating: "n", count: GossipLimits.nameBytes)
        let card = Card(
            addresses: [PeerAddress](repeating: address, count: GossipLimits.addresses), name: name, site: name,
            rack: name, certificate: [UInt8](repeating: 1, count: GossipLimits.certificateBytes))
        #expect(card.fault == nil)
        let record = Notary.sign(PeerID(.zero), .card, 1, card.encoded())
        #expect(record.isWithinLimits)
        for message in [DatagramText.Message.news, .answer(more: true)] {
            var datagram = DatagramText(message)
            datagram.add(record)
            #expect(datagram.encoded().count <= GossipLimits.datagramBytes)
            #expect(try DatagramText(decoding: datagram.encoded()).records == [record])
        }
        #expect(try SignedRecord(decoding: record.encoded()) == record)
    }

    @Test func faultyCardsAreRefused() {
        let good = VirtualNetwork.card(1)
        var bad: [Card] = []
        for change in [
            { $0.addresses = [] }, { $0.name = "" }, { $0.name = "a\u{1B}[2J" },
            { $0.rack = String(repeating: "r", count: 64) },
            { $0.addresses = [PeerAddress(ipv4: 224, 0, 0, 1, port: 5)] },
            { $0.addresses = [PeerAddress(ipv4: 10, 0, 0, 1, port: 0)] },
            { $0.certificate = [UInt8](repeating: 0, count: 701) },
        ] as [(inout Card) -> Void] {
            var card = good
            change(&card)
            bad.append(card)
        }
        for card in bad {
            #expect(card.fault != nil)
            #expect(throws: DecodeError.self) { try Card(decoding: card.encoded()) }
        }
    }

    @Test func arbitraryBytesAreNoTrap() {
        var random = RandomSource(seed: 11)
        for _ in 0..<100_000 {
            var bytes = random.bytes(Int.random(in: 0...160, using: &random))
            if !bytes.isEmpty { bytes[0] = 2 }
            if bytes.count > 1 { bytes[1] = UInt8.random(in: 0...9, using: &random) }
            _ = try? DatagramText(decoding: bytes)
            _ = try? Card(decoding: bytes)
            _ = try? Pulse(decoding: bytes)
            _ = try? SignedRecord(decoding: bytes)
        }
    }

    @Test func mutatedDatagramsDecodeOrFail() {
        var random = RandomSource(seed: 12)
        let samples = CodecTests.samples()
        var accepted = 0
        for round in 0..<60_000 {
            var bytes = samples[round % samples.count]
            for _ in 0...Int.random(in: 0...3, using: &random) {
                switch Int.random(in: 0...3, using: &random) {
                case 0: bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random))
                case 2: bytes += random.bytes(Int.random(in: 0...20, using: &random))
                default: bytes[Int.random(in: bytes.indices, using: &random)] ^= 1
                }
                if bytes.isEmpty { bytes = [2] }
            }
            guard let datagram = try? DatagramText(decoding: bytes) else { continue }
            accepted += 1
            // Unknown sections are skipped, so only the known part comes back.
            let again = datagram.encoded()
            #expect((try? DatagramText(decoding: again))?.encoded() == again)
        }
        #expect(accepted > 1000)
    }

    @Test func addressesAreParsedAndPrinted() throws {
        let same = ["10.77.0.2:7411", "[fd00::2]:7411", "[::1]:80", "[::]:1", "[2001:db8::1:0:0:1]:65535", "[1::]:9"]
        for text in same { #expect(PeerAddress(parsing: text)?.description == text) }
        #expect(PeerAddress(parsing: "[2001:0DB8:0:0:0:0:0:1]:5")?.description == "[2001:db8::1]:5")
        #expect(PeerAddress(parsing: "[::ffff:10.0.0.1]:5") == PeerAddress(parsing: "10.0.0.1:5"))
        #expect(PeerAddress(parsing: "[1:2:3:4:5:6:7:8]:5")?.description == "[1:2:3:4:5:6:7:8]:5")
        let wrong = [
            "", ":", "10.0.0.1", "10.0.0:1", "10.0.0.256:1", "10.0.0.01:1", "1.2.3.4:65536", "1.2.3.4:+5", "1.2.3.4:",
            "fd00::2:7411", "[fd00::2]", "[fd00::2]7", "[1::2::3]:4", "[:1]:5", "[1:2:3:4:5:6:7:8:9]:5", "[1.2.3.4]:5",
            "[12345::]:5", "[fe80::1%eth0]:5", "host:5", "[:::1]:5", "[1:2:3:4:5:6:7::8]:5", "[+1::]:5",
        ]
        for text in wrong { #expect(PeerAddress(parsing: text) == nil, "\(text)") }
        let address = try #require(PeerAddress(parsing: "[fd00::2]:7411"))
        #expect(PeerAddress(bytes: address.addressBytes, port: 7411) == address)
        #expect(PeerAddress(bytes: [10, 0, 0, 1], port: 5)?.host == "10.0.0.1")
        #expect(PeerAddress(bytes: [10, 0, 0], port: 5) == nil)
    }

    @Test func addressesThatNoSinglePeerHasAreNotReachable() {
        for text in ["0.0.0.0:5", "224.0.0.1:5", "255.255.255.255:5", "10.0.0.1:0", "[::]:5", "[ff02::1]:5"] {
            #expect(PeerAddress(parsing: text)?.isReachable == false, "\(text)")
        }
        for text in ["10.0.0.1:5", "127.0.0.1:5", "[::1]:5"] {
            #expect(PeerAddress(parsing: text)?.isReachable == true, "\(text)")
        }
    }
}
