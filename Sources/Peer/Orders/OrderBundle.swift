package import Basics
package import Trust

/// Orders of one branch: the first is for who gets the bundle, which passes on the others.
package struct OrderBundle: Hashable, Sendable {
    /// Who gave the orders.
    package let issuer: CertificateChain
    /// At least one, each for another target.
    package let orders: [SignedOrder]

    package init(issuer: CertificateChain, orders: [SignedOrder]) {
        self.issuer = issuer
        self.orders = orders
    }

    package func encoded() -> [UInt8] {
        // More peers than a bundle can name would take many times its bytes.
        guard let names = OrderNames(of: orders) else { return [] }
        var writer = ByteWriter(capacity: 2048 + orders.count * 512)
        writer.write(field16: issuer.encoded())
        names.write(to: &writer)
        writer.write(UInt16(orders.count))
        for order in orders { order.write(to: &writer, names: names) }
        return writer.bytes
    }

    /// - Parameter check: called with the issuer and the first order before the others are read.
    /// - Throws: `DecodeError`, and what `check` throws.
    package init(
        decoding bytes: [UInt8], check: (CertificateChain, SignedOrder) throws -> Void = { _, _ in }
    ) throws {
        var reader = ByteReader(bytes)
        issuer = try CertificateChain(decoding: try reader.readField16(limit: OrderNames.chainBytes))
        let names = try OrderNames(from: &reader)
        let count = Int(try reader.readUInt16())
        guard count > 0 else { throw DecodeError.malformed("a bundle has no order") }
        var orders = [try SignedOrder(from: &reader, names: names)]
        try check(issuer, orders[0])
        for _ in 1..<count { orders.append(try SignedOrder(from: &reader, names: names)) }
        try reader.finish()
        guard Set(orders.map(\.target)).count == count else { throw DecodeError.malformed("two orders for one target") }
        self.orders = orders
    }

    /// Whether an order may be carried out by who got it (docs/wire/frames.md, "Orders").
    ///
    /// - Throws: `SkeinError` of code `permission` when it is not the order of an operator of this site for this peer.
    package static func check(
        _ signed: SignedOrder, of issuer: CertificateChain, for own: PeerID, site: SiteID, now unixSeconds: UInt64
    ) throws(SkeinError) {
        let name = issuer.peer.name
        func refused(_ cause: String, _ next: String = "") -> SkeinError {
            SkeinError(.permission, doing: "accepting an order of \(name)", cause: cause, next: next)
        }
        do { try issuer.verify(site: site, now: unixSeconds) } catch {
            throw refused("its certificate is not valid here: \(error)")
        }
        guard issuer.peer.roles.contains(.operator) else {
            throw refused(
                "its certificate may not install an image", "ask at a peer whose certificate has the role operator")
        }
        guard signed.target == own else { throw refused("it is for another host") }
        guard signed.isAuthentic(by: issuer.peer.peer.digest) else { throw refused("it is not signed by it") }
        guard signed.issued <= unixSeconds + TrustLimits.clockToleranceSeconds,
            signed.issued + PeerLimits.orderSeconds >= unixSeconds
        else { throw refused("it is of another time", "check the clocks of both hosts") }
        // A grant counts only from who orders, and only when its certificate may grant.
        if let grant = signed.order.grant {
            guard issuer.peer.roles.contains(.grant), grant.issuer == issuer.peer.peer else {
                throw refused(
                    "its certificate may not grant this image", "ask at a peer whose certificate has the role grant")
            }
        }
    }
}
