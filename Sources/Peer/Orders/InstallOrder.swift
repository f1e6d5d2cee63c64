package import Basics
package import Pipeline
package import Trust

/// Asks a peer to install an image: what it needs to know beside the bytes.
package struct InstallOrder: Hashable, Sendable {
    package let image: ImageID
    package let plan: FetchPlan
    /// The certificate of the image's publisher.
    package let publisher: CertificateChain
    /// Lets the target read the image; nil when it shall hold it without.
    package let grant: Grant?
    /// The least time between two reports of how far the target is, in whole milliseconds.
    package let reportPause: Duration
    /// What the image may take of the target's link.
    package let terms: TransferTerms

    /// - Parameter targets: of the whole install: the more there are the less often each says how far it is, for one peer
    ///   hears them all, and it is the one that all others get the image from.
    package init(
        image: ImageID, plan: FetchPlan, publisher: CertificateChain, grant: Grant?, targets: Int = 1,
        terms: TransferTerms = .usual
    ) {
        self.terms = TransferTerms(limit: terms.limit.map { max(1, $0) }, priority: terms.priority)
        self.image = image
        // A plan names fewer.
        var plan = plan
        plan.candidates = plan.candidates.map { Array($0.prefix(Int(PeerLimits.orderCandidates))) }
        self.plan = plan
        self.publisher = publisher
        self.grant = grant
        let pause = PeerLimits.progressPause * targets / PeerLimits.promptTargets
        reportPause = min(max(pause, PeerLimits.progressPause), PeerLimits.longestProgressPause)
    }

    private static let version: UInt16 = 2
    private static let grantBytes = 1024

    /// Peers that it names, in the order of their first use.
    var peers: [PeerID] {
        var seen: Set<PeerID> = []
        return plan.candidates.joined().filter { seen.insert($0).inserted }
    }

    /// The order by itself: what is signed, and what is kept. There is one encoding.
    package func encoded() -> [UInt8] {
        var writer = ByteWriter(capacity: 3072)
        write(to: &writer, names: nil)
        return writer.bytes
    }

    /// - Parameter names: of a bundle that has the peers and the publisher; nil when the order is to have them itself.
    func write(to writer: inout ByteWriter, names: OrderNames?) {
        let peers = peers
        let places = Dictionary(uniqueKeysWithValues: peers.enumerated().map { ($1, UInt16($0)) })
        writer.write(Self.version)
        writer.write(image.digest)
        writer.write(UInt16(reportPause.wholeNanoseconds / 1_000_000))
        writer.write(UInt64(terms.limit ?? 0))
        writer.write(terms.priority.rawValue)
        if let names {
            writer.write(names.place(of: publisher))
        } else {
            writer.write(field16: publisher.encoded())
        }
        writer.write(field16: grant?.encoded() ?? [])
        writer.write(UInt64(plan.stripeRate))
        writer.write(UInt16(clamping: plan.deal))
        writer.write(UInt8(plan.othersWait ? 1 : 0))
        writer.write(UInt16(peers.count))
        for peer in peers {
            if let names { writer.write(names.place(of: peer)) } else { writer.write(peer.digest) }
            writer.write(UInt8(plan.far.contains(peer) ? 1 : 0))
        }
        writer.write(UInt8(plan.stripes))
        for (stripe, candidates) in plan.candidates.enumerated() {
            writer.write(UInt8(plan.spare.contains(stripe) ? 1 : 0))
            writer.write(UInt8(candidates.count))
            for peer in candidates { writer.write(places[peer] ?? 0) }
        }
    }

    package init(decoding bytes: [UInt8]) throws(DecodeError) {
        var reader = ByteReader(bytes)
        try self.init(from: &reader, names: nil)
        try reader.finish()
        guard encoded() == bytes else { throw .malformed("an order is not written as it should be") }
    }

    /// - Parameter names: of the bundle; nil when the order has them itself.
    init(from reader: inout ByteReader, names: OrderNames?) throws(DecodeError) {
        let version = try reader.readUInt16()
        guard version == Self.version else { throw .unsupportedVersion(UInt64(version)) }
        image = ImageID(try reader.readDigest())
        let pause = Duration.milliseconds(Int64(try reader.readUInt16()))
        guard pause >= PeerLimits.progressPause, pause <= PeerLimits.longestProgressPause else {
            throw .outOfRange("pause between reports")
        }
        reportPause = pause
        let limit = try reader.readUInt64()
        guard limit <= 1 << 40 else { throw .outOfRange("limit") }
        guard let priority = TransferPriority(rawValue: try reader.readUInt8()) else { throw .outOfRange("priority") }
        terms = TransferTerms(limit: limit == 0 ? nil : Int(limit), priority: priority)
        publisher =
            if let names { try names.publisher(at: try reader.readUInt8()) } else {
                try CertificateChain(decoding: try reader.readField16(limit: OrderNames.chainBytes))
            }
        let grantBytes = try reader.readField16(limit: Self.grantBytes)
        grant = grantBytes.isEmpty ? nil : try Grant(decoding: grantBytes)
        plan = try Self.plan(&reader, names)
    }

    /// A plan that somebody may have made; nothing is taken for granted of peers and rates in it.
    private static func plan(
        _ reader: inout ByteReader, _ names: OrderNames?
    ) throws(DecodeError) -> FetchPlan {
        let rate = try reader.readUInt64()
        guard rate >= 1, rate <= 1 << 40 else { throw .outOfRange("rate of a stripe") }
        let deal = Int(try reader.readUInt16())
        let othersWait = try flag(&reader)
        let count = Int(try reader.readUInt16())
        guard count <= PeerLimits.orderPeers else { throw .outOfRange("peers of an order") }
        var peers: [PeerID] = []
        var far: Set<PeerID> = []
        for _ in 0..<count {
            let peer =
                if let names { try names.peer(at: try reader.readUInt16()) } else { PeerID(try reader.readDigest()) }
            peers.append(peer)
            if try flag(&reader) { far.insert(peer) }
        }
        let stripes = Int(try reader.readUInt8())
        guard (1...PipelineLimits.stripes).contains(stripes) else { throw .outOfRange("stripes") }
        var candidates: [[PeerID]] = []
        var spare: Set<Int> = []
        for stripe in 0..<stripes {
            if try flag(&reader) { spare.insert(stripe) }
            var list: [PeerID] = []
            let count = try reader.readUInt8()
            guard count <= PeerLimits.orderCandidates else { throw .outOfRange("candidates of a stripe") }
            for _ in 0..<count {
                let place = Int(try reader.readUInt16())
                guard place < peers.count else { throw .outOfRange("candidate") }
                list.append(peers[place])
            }
            candidates.append(list)
        }
        var seen: Set<PeerID> = []
        guard candidates.joined().filter({ seen.insert($0).inserted }) == peers else {
            throw .malformed("the peers of an order are not those that it uses, in that order")
        }
        return FetchPlan(
            candidates: candidates, stripeRate: Int(rate), spare: spare, othersWait: othersWait, deal: deal, far: far)
    }

    private static func flag(_ reader: inout ByteReader) throws(DecodeError) -> Bool {
        let value = try reader.readUInt8()
        guard value <= 1 else { throw .malformed("neither 0 nor 1") }
        return value == 1
    }
}
