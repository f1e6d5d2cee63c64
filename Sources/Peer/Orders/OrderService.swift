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

    /// Returns when each order of the bundle has ended; events tell what became of each.
    package func serve(_ argument: [UInt8], _ emit: @escaping @Sendable ([UInt8]) -> Void) async throws {
        let bundle: OrderBundle
        do { bundle = try OrderBundle(decoding: argument) } catch {
            throw SkeinError(.usage, doing: "reading orders", cause: "\(error)")
        }
        let order = try bundle.order(for: own, site: site, now: now())
        let targets = bundle.orders.map(\.target)
        let reporter = OrderReporter(targets, emit: emit)
        guard targets.count > 1 else { return await carryOut(order, reporter) }
        let telling = Task { await reporter.keepTelling(pause: order.reportPause) }
        defer { telling.cancel() }
        await withTaskGroup { group in
            group.addTask { await self.passOn(bundle, reporter) }
            group.addTask { await self.carryOut(order, reporter) }
        }
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
        let others = Array(bundle.orders.dropFirst())
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
