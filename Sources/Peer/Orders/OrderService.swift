package import Basics
import Trust

/// Takes a bundle of orders from another peer: carries out its own and passes on the others.
package struct OrderService: Sendable {
    /// Carries out an order at this peer.
    package typealias Install =
        @Sendable (_ order: InstallOrder, _ onProgress: @escaping @Sendable (InstallProgress) -> Void) async throws ->
        InstallOutcome

    private let own: PeerID
    private let site: SiteID
    private let now: @Sendable () -> UInt64
    private let install: Install
    private let ask: OrderSender.Ask

    /// - Parameters:
    ///   - now: seconds since 1970.
    ///   - ask: gives bundles to other peers.
    package init(
        own: PeerID, site: SiteID, now: @escaping @Sendable () -> UInt64, install: @escaping Install,
        ask: @escaping OrderSender.Ask
    ) {
        self.own = own
        self.site = site
        self.now = now
        self.install = install
        self.ask = ask
    }

    /// Returns what became of each order of the bundle when all have ended; events tell that too, and how far they are.
    package func serve(
        _ argument: [UInt8], _ emit: @escaping @Sendable ([UInt8]) -> Void
    ) async throws -> [UInt8] {
        // Nothing is read of the others, of which there may be many, before that of this peer is one that counts.
        let bundle: OrderBundle
        do {
            bundle = try OrderBundle(decoding: argument) { issuer, first throws(SkeinError) in
                try OrderBundle.check(first, of: issuer, for: own, site: site, now: now())
            }
        } catch let error as DecodeError {
            throw SkeinError(.usage, doing: "reading orders", cause: "\(error)")
        }
        let order = bundle.orders[0].order
        let reporter = OrderReporter(bundle.orders.map(\.target), emit: emit)
        guard bundle.orders.count > 1 else {
            await carryOut(order, reporter)
            return reporter.answer
        }
        let telling = Task { await reporter.keepTelling(pause: order.reportPause) }
        defer { telling.cancel() }
        await withTaskGroup { group in
            group.addTask { await self.passOn(bundle, reporter) }
            group.addTask { await self.carryOut(order, reporter) }
        }
        return reporter.answer
    }

    private func carryOut(_ order: InstallOrder, _ reporter: OrderReporter) async {
        let own = own
        do {
            reporter.take(.done(try await install(order) { reporter.take(.moved($0), of: own) }), of: own)
        } catch {
            reporter.take(.failed(SkeinError.wrap(error, doing: "installing image \(order.image.short)")), of: own)
        }
    }

    private func passOn(_ bundle: OrderBundle, _ reporter: OrderReporter) async {
        // What the issuer did not sign is not passed on for whoever put it in.
        var others: [SignedOrder] = []
        for order in bundle.orders.dropFirst() {
            if order.isAuthentic(by: bundle.issuer.peer.peer.digest) {
                others.append(order)
            } else {
                let forged = SkeinError(.permission, doing: "passing on an order", cause: "its issuer did not sign it")
                reporter.take(.failed(forged), of: order.target)
            }
        }
        let targets = others.map(\.target)
        let ledger = OrderLedger(targets) { reporter.take($1, of: $0) }
        await withTaskCancellationHandler {
            await OrderSender(issuer: bundle.issuer, ledger: ledger, ask: ask).send(others)
        } onCancel: {
            ledger.drop(targets)
        }
        ledger.close()
    }
}
