package import Basics
import NIOConcurrencyHelpers
import Pipeline
package import Trust

/// Brings signed orders to their targets: the head of each branch gets the branch's orders and passes on the rest.
///
/// When a head is lost, refuses or falls silent, the others of its branch get their orders over another head at once; orders
/// of one image at one host share the work, so that getting one twice costs nothing. The head itself is asked again until
/// nothing moved for the no-progress time: it resumes when it comes back.
package struct OrderSender: Sendable {
    /// Gives an encoded bundle to a peer and returns what became of its orders when all have ended; that and events are
    /// encoded ``OrderNews``.
    package typealias Ask =
        @Sendable (_ head: PeerID, _ bundle: [UInt8], _ onEvent: @escaping @Sendable ([UInt8]) -> Void) async throws ->
        [UInt8]

    let issuer: CertificateChain
    let ledger: OrderLedger
    let ask: Ask

    package init(issuer: CertificateChain, ledger: OrderLedger, ask: @escaping Ask) {
        self.issuer = issuer
        self.ledger = ledger
        self.ask = ask
    }

    /// Returns when each order has ended or was taken back.
    package func send(_ orders: [SignedOrder]) async {
        await withTaskGroup { group in
            for branch in OrderTree.branches(of: orders.map(\.byteCount)) {
                group.addTask { await self.send(branch: Array(orders[branch])) }
            }
        }
    }

    private func send(branch orders: [SignedOrder]) async {
        let clock = ProgressClock()
        guard let failure = await hand(orders, clock) else { return }
        let others = orders.dropFirst().filter { ledger.isOpen($0.target) }
        await withTaskGroup { group in
            if !others.isEmpty { group.addTask { await self.send(others) } }
            group.addTask { await self.insist(on: orders[0], failure, clock) }
        }
    }

    /// Asks one target again that was lost, as long as there is hope.
    private func insist(on order: SignedOrder, _ failure: SkeinError, _ clock: ProgressClock) async {
        var failure = failure
        while ledger.isOpen(order.target) {
            guard failure.code == .unreachable, clock.idle < PipelineLimits.noProgress / 2 else {
                return ledger.take(.failed(failure), of: order.target)
            }
            try? await Task.sleep(for: .milliseconds(500))
            guard ledger.isOpen(order.target), let next = await hand([order], clock) else { return }
            failure = next
        }
    }

    /// Gives a branch to its head and hears what becomes of it.
    ///
    /// - Returns: why orders of it may have not ended; nil when all have.
    private func hand(_ orders: [SignedOrder], _ clock: ProgressClock) async -> SkeinError? {
        let head = orders[0].target
        let targets = orders.map(\.target)
        let argument = OrderBundle(issuer: issuer, orders: orders).encoded()
        let heard = ProgressClock()
        let ended = FirstResult()
        let take: @Sendable ([UInt8]) -> Void = { bytes in
            heard.touch()
            guard let news = try? OrderNews.decode(bytes, limit: targets.count) else { return }
            for one in news where targets.indices.contains(one.place) {
                if one.place == 0, case .moved(let progress) = one.state { clock.touch(progress.bytes) }
                ledger.take(one.state, of: targets[one.place])
            }
        }
        let request = Task {
            do {
                take(try await ask(head, argument, take))
                let isOver = !targets.contains(where: ledger.isOpen)
                ended.resolve(isOver ? nil : Self.noWord)
            } catch {
                ended.resolve(SkeinError.wrap(error, doing: "ordering an install"))
            }
        }
        ledger.began(request, for: targets)
        let watch = targets.count == 1 ? nil : Task { await resolve(ended, whenSilent: heard, bytes: argument.count) }
        defer { watch?.cancel() }
        return await ended.value()
    }

    /// Waits until nothing is heard of a head any more: one that has others to tell of says something once a second, when it
    /// has been reached and given its orders.
    private func resolve(_ ended: FirstResult, whenSilent heard: ProgressClock, bytes: Int) async {
        let transport = PeerLimits.orderReach + .seconds(bytes / PeerLimits.orderBytesPerSecond)
        while heard.idle < (heard.isUntouched ? transport : .zero) + PeerLimits.orderSilence {
            do { try await Task.sleep(for: PeerLimits.orderHeartbeat) } catch { return }
        }
        // It is not told to stop: it may have passed on the orders, and those who have them go on.
        ended.resolve(
            SkeinError(
                .unreachable, doing: "passing on orders",
                cause: "nothing was heard for \(PeerLimits.orderSilence.inSeconds) s"))
    }

    private static let noWord = SkeinError(
        .internal, doing: "passing on orders", cause: "no word of what became of all of them")
}

/// Whichever result comes first; for one who waits.
private final class FirstResult: Sendable {
    private enum State {
        case open(CheckedContinuation<SkeinError?, Never>?)
        case resolved(SkeinError?)
    }

    private let state = NIOLockedValueBox(State.open(nil))

    func resolve(_ result: SkeinError?) {
        let waiter: CheckedContinuation<SkeinError?, Never>? = state.withLockedValue { state in
            guard case .open(let waiter) = state else { return nil }
            state = .resolved(result)
            return waiter
        }
        waiter?.resume(returning: result)
    }

    func value() async -> SkeinError? {
        await withCheckedContinuation { continuation in
            let result: SkeinError?? = state.withLockedValue { state in
                if case .resolved(let result) = state { return .some(result) }
                state = .open(continuation)
                return nil
            }
            if let result { continuation.resume(returning: result) }
        }
    }
}
