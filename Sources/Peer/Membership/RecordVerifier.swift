import Basics
import Gossip
import Logging
import NIOCore
import Trust

/// Checks records on a worker: the owner's signature, and the certificate in its card. A bounded number is under way.
final class RecordVerifier {
    private let loop: any EventLoop
    private let workers: WorkerPool
    private let logger: Logger
    private let membership: PeerMembership
    /// Whose certificate was verified, with which version of the card, and how long that holds.
    private var vouched: [Vouched: Voucher] = [:]
    /// How many are under way.
    private(set) var pending = 0
    private(set) var overflows: UInt64 = 0

    /// When a bad record was last told of, and how many were not since.
    private var lastWarning: NIODeadline?
    private var untold = 0

    /// A bridge has a card in each of its groups.
    private struct Vouched: Hashable {
        let group: SiteRelay.Group
        let peer: PeerID
    }

    private struct Voucher {
        let card: UInt64
        /// Seconds since 1970.
        let until: UInt64
    }

    init(loop: any EventLoop, workers: WorkerPool, logger: Logger, membership: PeerMembership) {
        self.loop = loop
        self.workers = workers
        self.logger = logger
        self.membership = membership
    }

    /// Checks the bytes of a record of a group. `cardOf` gives the owner's card, which is known where another kind is to be checked;
    /// it is called at once, or not at all.
    ///
    /// `then` is called on the loop, and never when too many are under way: overload is no forgery, and a record that is
    /// not answered for is asked for again later.
    func verify(
        _ bytes: [UInt8], in group: SiteRelay.Group, cardOf: (PeerID) -> SignedRecord?, then: @escaping (Bool) -> Void
    ) {
        guard pending < PeerLimits.unverifiedRecords else {
            overflows += 1
            return
        }
        guard let record = try? SignedRecord(decoding: bytes) else { return then(false) }
        let known = record.kind == .card ? nil : cardOf(record.owner)
        pending += 1
        let site = membership.siteFile.site
        let ownIssuer = membership.siteFile.chain.issuer
        let now = WallClock.unixSeconds()
        // The owner's card was verified with its certificate when it came; here that needs to be looked at again only
        // when it may have ended since.
        let isVouched = known.map { card in
            vouched[Vouched(group: group, peer: record.owner)].map { $0.card == card.version && now <= $0.until }
                ?? false
        }
        let context = GossipGroup.context(of: group)
        workers.run(on: loop) { () -> Voucher? in
            guard let signature = Signature(bytes: record.signature),
                signature.isValid(for: record.signedBytes, by: record.owner.digest, context: context),
                RecordVerifier.isRelayGood(record, site: site, now: now, verified: ownIssuer)
            else { return nil }
            if isVouched == true, let known { return Voucher(card: known.version, until: now) }
            let cardRecord = known ?? record
            guard cardRecord.kind == .card, let card = try? Card(decoding: cardRecord.body),
                let chain = try? CertificateChain(decoding: card.certificate),
                chain.peer.peer == record.owner, chain.peer.name == card.name,
                card.addresses.allSatisfy({ chain.peer.allows(address: $0.addressBytes) }),
                (try? chain.verify(site: site, now: now, verified: ownIssuer)) != nil
            else { return nil }
            return Voucher(card: cardRecord.version, until: chain.peer.notAfter)
        } then: { [self] result in
            pending -= 1
            let voucher = (try? result.get()) ?? nil
            if let voucher, isVouched != true { vouch(voucher, for: Vouched(group: group, peer: record.owner)) }
            if voucher == nil { tellOfBadRecord(of: record.owner) }
            then(voucher != nil)
        }
    }

    /// A record of another site's member has its own signature and brings its owner's certificate; others have nothing inside.
    private static func isRelayGood(
        _ record: SignedRecord, site: SiteID, now: UInt64, verified ownIssuer: IssuerCertificate
    ) -> Bool {
        guard record.kind == .relayed, !record.body.isEmpty else { return true }
        guard let relayed = try? RelayedRecord(decoding: record.body),
            let signature = Signature(bytes: relayed.record.signature),
            signature.isValid(for: relayed.record.signedBytes, by: relayed.record.owner.digest, context: .record),
            let chain = try? CertificateChain(decoding: relayed.certificate),
            chain.peer.peer == relayed.record.owner
        else { return false }
        return (try? chain.verify(site: site, now: now, verified: ownIssuer)) != nil
    }

    /// A line for each would let a member that forges fill the disk.
    private func tellOfBadRecord(of owner: PeerID) {
        let now = NIODeadline.now()
        if let lastWarning, now - lastWarning < .seconds(PeerLimits.badRecordSeconds) {
            untold += 1
            return
        }
        let others = untold > 0 ? "; \(untold) more before it" : ""
        logger.warning("a record of peer \(owner.short) has no valid signature or certificate\(others)")
        lastWarning = now
        untold = 0
    }

    private func vouch(_ voucher: Voucher, for owner: Vouched) {
        // Rather forget all than keep the peers of the past for ever.
        if vouched.count >= GossipLimits.members { vouched.removeAll(keepingCapacity: true) }
        vouched[owner] = voucher
    }
}
