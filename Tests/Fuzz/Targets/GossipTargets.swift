import Basics
import Gossip
import Peer

/// What comes in datagrams, and what is inside records.
extension FuzzTarget {
    static let gossip: [FuzzTarget] = [
        FuzzTarget("gossip-datagram", seeds: GossipSamples.datagrams) { (bytes: UnsafeRawBufferPointer) in
            if let datagram = try? Datagram(decoding: bytes) { GossipPromises.walk(datagram) }
        },
        .exact("gossip-record", seeds: GossipSamples.records) { try? SignedRecord(decoding: $0).encoded() },
        FuzzTarget("gossip-card", seeds: GossipSamples.cards, bytes: GossipPromises.card),
        FuzzTarget("gossip-pulse", seeds: GossipSamples.pulses, bytes: GossipPromises.pulse),
        FuzzTarget("gossip-bodies", seeds: GossipSamples.bodies, bytes: GossipPromises.bodies),
        FuzzTarget("gossip-membership", seeds: MembershipStory.seeds) { (bytes: UnsafeRawBufferPointer) in
            var story = MembershipStory(bytes)
            story.run()
        },
    ]
}

/// What must hold of a value that was decoded.
enum GossipPromises {
    /// What was checked once is walked to its end.
    static func walk(_ datagram: Datagram) {
        switch datagram.message {
        case .page(let page):
            var entries = 0
            page.forEachEntry { entry in
                var versions = 0
                entry.forEachVersion { _, _, _ in versions += 1 }
                precondition(versions == entry.count, "an entry ends early")
                entries += 1
            }
            precondition(entries == page.count, "a page ends early")
        case .want(let names):
            var count = 0
            names.forEach { _ in count += 1 }
            precondition(count == names.count && count <= GossipLimits.wants, "a list of names ends early")
        case .summary(let summary): for part in 0..<128 { _ = summary.fingerprint(of: part) }
        case .ping, .ack, .nack, .pingRequest, .news, .answer: break
        }
        datagram.forEachClaim { precondition($0.verdict == .suspect || $0.verdict == .dead) }
        datagram.forEachRecordBytes { bytes in
            // The two readers of records agree.
            precondition((try? SignedRecord(decoding: Array(bytes))) != nil, "a record of a datagram does not decode")
        }
    }

    /// The head of a card is read where the whole card is.
    static func card(_ bytes: [UInt8]) {
        let head = bytes.withUnsafeBytes { buffer -> (UInt64, [PeerAddress])? in
            guard let head = CardHead(buffer) else { return nil }
            return (head.incarnation, (0..<head.addressCount).map { head.address(at: $0) })
        }
        guard let card = try? Card(decoding: bytes) else { return }
        precondition(head?.0 == card.incarnation && head?.1 == card.addresses, "a card's head is another one")
        precondition(card.fault == nil, "a card with a fault was decoded")
        precondition((try? Card(decoding: card.encoded())) == card, "a card is not read as it is written")
    }

    /// What one of the other bodies is decoded to is read as it is written.
    static func bodies(_ bytes: [UInt8]) {
        if let intent = try? InstallIntent(decoding: bytes) {
            precondition((try? InstallIntent(decoding: intent.encoded())) == intent, "an intent changes")
        }
        if let entry = try? RecipeEntry(decoding: bytes) {
            precondition((try? RecipeEntry(decoding: entry.encoded())) == entry, "a recipe entry changes")
        }
        if let summary = try? SiteSummary(decoding: bytes) {
            precondition((try? SiteSummary(decoding: summary.encoded())) == summary, "a site's summary changes")
        }
        if let referral = try? BridgeReferral(decoding: bytes) {
            precondition((try? BridgeReferral(decoding: referral.encoded())) == referral, "a referral changes")
        }
        if let directory = try? SiteDirectory(decoding: bytes) {
            precondition((try? SiteDirectory(decoding: directory.encoded())) == directory, "a directory changes")
        }
        if let relayed = try? RelayedRecord(decoding: bytes) {
            precondition((try? RelayedRecord(decoding: relayed.encoded())) == relayed, "a relayed record changes")
        }
        if let record = try? RecipeRecord(decoding: bytes) {
            precondition((try? RecipeRecord(decoding: record.encoded())) == record, "the record of a recipe changes")
        }
        if let links = try? LinkObservations(decoding: bytes) {
            precondition((try? LinkObservations(decoding: links.encoded())) == links, "link observations change")
            let host = LinkHost(peer: PeerID(.zero), site: "tokyo", rack: "r0")
            _ = LinkRate.all(hosts: [host], observations: [host.peer: links], now: 1 << 31)
            guard let first = links.all.first else { return }
            _ = LinkObservations.median(of: links.all, about: first.link, age: 60, now: first.measured)
        }
    }

    /// The head of a pulse is read exactly where the pulse is.
    static func pulse(_ bytes: [UInt8]) {
        let head = bytes.withUnsafeBytes { PulseHead($0).map { ($0.incarnation, $0.isLeaving) } }
        let pulse = try? Pulse(decoding: bytes)
        precondition((head == nil) == (pulse == nil), "a pulse and its head disagree")
        guard let pulse, let head else { return }
        precondition(head.0 == pulse.incarnation && head.1 == pulse.isLeaving, "a pulse's head is another one")
        precondition((try? Pulse(decoding: pulse.encoded())) == pulse, "a pulse is not read as it is written")
    }
}
