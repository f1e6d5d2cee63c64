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
    private var vouched: [PeerID: Voucher] = [:]
    /// How many are under way.
    private(set) var pending = 0
    private(set) var overflows: UInt64 = 0

    /// When a bad record was last told of, and how many were not since.
    private var lastWarning: NIODeadline?
    private var untold = 0

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

    /// Checks the bytes of a record. `cardOf` gives the owner's card, which is known where another kind is to be checked;
    /// it is called at once, or not at all.
    ///
    /// `then` is called on the loop, and never when too many are under way: overload is no forgery, and a record that is
    /// not answered for is asked for again later.
    func verify(_ bytes: [UInt8], cardOf: (PeerID) -> SignedRecord?, then: @escaping (Bool) -> Void) {
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
            vouched[record.owner].map { $0.card == card.version && now <= $0.until } ?? false
        }
        workers.run(on: loop) { () -> Voucher? in
            guard let signature = Signature(bytes: record.signature),
                signature.isValid(for: record.signedBytes, by: record.owner.digest, context: .record)
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
            if let voucher, isVouched != true { vouch(voucher, for: record.owner) }
            if voucher == nil { tellOfBadRecord(of: record.owner) }
            then(voucher != nil)
        }
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

    private func vouch(_ voucher: Voucher, for owner: PeerID) {
        // Rather forget all than keep the peers of the past for ever.
        if vouched.count >= GossipLimits.members { vouched.removeAll(keepingCapacity: true) }
        vouched[owner] = voucher
    }
}
