import Basics
import NIOConcurrencyHelpers
import Peer
import Testing
import Trust

/// Orders that peers pass on reach every target, whoever of them is lost, and word of each comes back.
@Suite struct OrderServiceTests {
    /// The hosts of a site, each with the daemon's own code for orders, without a network between them.
    private final class Hosts: Sendable {
        struct State {
            var installed: [PeerID: Int] = [:]
            var asked: [PeerID: Int] = [:]
            var cancelled: Set<PeerID> = []
            /// Who answers nothing and does nothing; who cannot be reached; who gets an order that it does not carry out.
            var silent: Set<PeerID> = []
            var lost: Set<PeerID> = []
            var refusing: Set<PeerID> = []
            var endless: Set<PeerID> = []
            /// Ends sessions after having passed on what it got.
            var dying: Set<PeerID> = []
            var losesEvents = false
        }

        let site: OrderSite
        let state = NIOLockedValueBox(State())

        init(_ count: Int) throws { site = try OrderSite(hosts: count) }

        var targets: [PeerID] { site.hosts.dropFirst().map(\.peer) }

        func ask(
            _ head: PeerID, _ bundle: [UInt8], _ onEvent: @escaping @Sendable ([UInt8]) -> Void
        ) async throws -> [UInt8] {
            let (isLost, isSilent, isDying) = state.withLockedValue { state in
                state.asked[head, default: 0] += 1
                return (state.lost.contains(head), state.silent.contains(head), state.dying.contains(head))
            }
            let lost = SkeinError(.unreachable, doing: "asking", cause: "it is gone")
            if isLost { throw lost }
            if isSilent {
                try await Task.sleep(for: .seconds(600))
                throw lost
            }
            let service = service(of: head)
            // Events may be lost.
            let losesEvents = state.withLockedValue { $0.losesEvents }
            let none: @Sendable ([UInt8]) -> Void = { _ in }
            guard isDying else { return try await service.serve(bundle, losesEvents ? none : onEvent) }
            state.withLockedValue { _ = $0.dying.remove(head) }
            Task { _ = try? await service.serve(bundle) { _ in } }
            throw lost
        }

        private func service(of host: PeerID) -> OrderService {
            OrderService(own: host, site: site.authority.site, now: { OrderSite.now }) { _, onProgress in
                let (isRefusing, isEndless) = self.state.withLockedValue { state in
                    state.installed[host, default: 0] += 1
                    return (state.refusing.contains(host), state.endless.contains(host))
                }
                if isRefusing { throw SkeinError(.resources, doing: "storing", cause: "no space") }
                onProgress(InstallProgress(bytes: 1, total: 2, isAssembling: false))
                if isEndless {
                    do { try await Task.sleep(for: .seconds(600)) } catch {
                        self.state.withLockedValue { _ = $0.cancelled.insert(host) }
                        throw error
                    }
                }
                return InstallOutcome(bytes: 2, chunks: 1, seconds: 0.5)
            } ask: {
                try await self.ask($0, $1, $2)
            }
        }

        func dispatch() -> OrderDispatch {
            OrderDispatch(expected: targets.count) { targets, ledger in
                await OrderSender(issuer: self.site.hosts[0].chain, ledger: ledger) { try await self.ask($0, $1, $2) }
                    .send(targets.sorted().map { self.site.signed(for: $0) })
            }
        }

        /// Orders at all; the error of each that failed.
        func order() async -> [PeerID: SkeinError] {
            let dispatch = dispatch()
            return await withTaskGroup(of: (PeerID, SkeinError?).self) { group in
                for target in targets {
                    group.addTask {
                        do {
                            let outcome = try await dispatch.install(at: target) { _ in }
                            #expect(outcome == InstallOutcome(bytes: 2, chunks: 1, seconds: 0.5))
                            return (target, nil)
                        } catch {
                            let failure = error as? SkeinError
                            return (target, failure ?? SkeinError(.internal, doing: "ordering", cause: "\(error)"))
                        }
                    }
                }
                var failures: [PeerID: SkeinError] = [:]
                for await (target, error) in group { failures[target] = error }
                return failures
            }
        }
    }

    @Test("every target carries out its order once, and who orders asks a bounded number", arguments: [1, 32, 33, 300])
    func all(count: Int) async throws {
        let hosts = try Hosts(count + 1)
        #expect(await hosts.order().isEmpty)
        let state = hosts.state.withLockedValue { $0 }
        #expect(state.installed == Dictionary(uniqueKeysWithValues: hosts.targets.map { ($0, 1) }))
        #expect(state.asked.values.allSatisfy { $0 == 1 })
    }

    @Test("what events did not tell the answers do")
    func lostEvents() async throws {
        let hosts = try Hosts(101)
        let refusing = Set(hosts.targets.sorted().prefix(30))
        hosts.state.withLockedValue {
            $0.losesEvents = true
            $0.refusing = refusing
        }
        #expect(Set(await hosts.order().keys) == refusing)
        #expect(hosts.state.withLockedValue { $0.installed.values.allSatisfy { $0 == 1 } })
    }

    @Test("an order that was put into a bundle of others is not passed on")
    func forged() async throws {
        let site = try OrderSite(hosts: 4)
        let good = site.signed(for: site.hosts[1].peer)
        let forged = SignedOrder(
            site.order(), for: site.hosts[2].peer, issued: OrderSite.now, by: site.hosts[3].identity.signing)
        let service = OrderService(
            own: site.hosts[1].peer, site: site.authority.site, now: { OrderSite.now },
            install: { _, _ in InstallOutcome(bytes: 0, chunks: 0, seconds: 0) },
            ask: { _, _, _ in
                Issue.record("an order that nobody signed was passed on")
                return []
            })
        let news = try OrderNews.decode(try await service.serve(site.bundle([good, forged]).encoded()) { _ in })
        guard case .done = news[0].state, case .failed(let error) = news[1].state else {
            Issue.record("other ends")
            return
        }
        #expect(error.code == .permission)
    }

    @Test("a target that fails says why, over those who passed on its order")
    func failures() async throws {
        let hosts = try Hosts(101)
        let refusing = Set(hosts.targets.sorted().enumerated().filter { $0.offset % 5 < 2 }.map(\.element))
        hosts.state.withLockedValue { $0.refusing = refusing }
        let failures = await hosts.order()
        #expect(Set(failures.keys) == refusing)
        #expect(failures.values.allSatisfy { $0.code == .resources && $0.cause == "no space" })
    }

    @Test("when heads die after they passed on orders, or before, all others still get and answer theirs")
    func deaths() async throws {
        let hosts = try Hosts(131)
        let sorted = hosts.targets.sorted()
        // Heads of the first branches: four targets each.
        hosts.state.withLockedValue { $0.dying = [sorted[0], sorted[1], sorted[4]] }
        #expect(await hosts.order().isEmpty)
        let installed = hosts.state.withLockedValue { $0.installed }
        #expect(Set(installed.keys) == Set(hosts.targets))
    }

    @Test("a head that falls silent holds up nobody but itself")
    func silence() async throws {
        let hosts = try Hosts(67)
        let silent = hosts.targets.sorted()[0]
        hosts.state.withLockedValue { $0.silent = [silent] }
        let dispatch = hosts.dispatch()
        try await withThrowingTaskGroup(of: PeerID.self) { group in
            for target in hosts.targets {
                group.addTask {
                    do { _ = try await dispatch.install(at: target) { _ in } } catch is CancellationError {}
                    return target
                }
            }
            var left = Set(hosts.targets)
            for try await target in group {
                left.remove(target)
                // All but the silent one have ended: it is given up.
                if left == [silent] { group.cancelAll() }
            }
        }
        let installed = hosts.state.withLockedValue { $0.installed }
        #expect(Set(installed.keys) == Set(hosts.targets).subtracting([silent]))
    }

    @Test("orders that are taken back are taken back everywhere")
    func cancelled() async throws {
        let hosts = try Hosts(81)
        hosts.state.withLockedValue { $0.endless = Set(hosts.targets) }
        let dispatch = hosts.dispatch()
        let all = Task {
            await withTaskGroup { group in
                for target in hosts.targets { group.addTask { _ = try? await dispatch.install(at: target) { _ in } } }
            }
        }
        while hosts.state.withLockedValue({ $0.installed.count }) < 80 { try await Task.sleep(for: .milliseconds(10)) }
        all.cancel()
        await all.value
        for _ in 0..<500 where hosts.state.withLockedValue({ $0.cancelled.count }) < 80 {
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(hosts.state.withLockedValue { $0.cancelled } == Set(hosts.targets))
    }

    @Test("who takes back the last order that is open is told just that")
    func lastTakenBack() async throws {
        let site = try OrderSite(hosts: 2)
        let target = site.hosts[1].peer
        for _ in 0..<10_000 {
            let isGiven = NIOLockedValueBox(false)
            // All is over as soon as the order is open no more, in a race with who takes it back.
            let dispatch = OrderDispatch(expected: 1) { _, ledger in
                isGiven.withLockedValue { $0 = true }
                while ledger.isOpen(target) {}
            }
            let last = Task { try await dispatch.install(at: target) { _ in } }
            while !isGiven.withLockedValue({ $0 }) { await Task.yield() }
            last.cancel()
            await #expect(throws: CancellationError.self) { try await last.value }
        }
    }
}
