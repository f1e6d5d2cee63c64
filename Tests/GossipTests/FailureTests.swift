import Basics
import Gossip
import Testing

/// Crashes, false suspicions, partitions, departures and returns.
@Suite struct FailureTests {
    @Test(arguments: [(4, 6.0), (32, 6.0), (100, 8.0)])
    func aCrashIsKnownToAll(count: Int, limit: Double) throws {
        var worst = Duration.zero
        var sum = 0.0
        let seeds = count > 32 ? 1...3 : 1...20
        for seed in seeds {
            var network = VirtualNetwork.settled(count, seed: UInt64(seed), for: .seconds(12))
            network.crash(count / 2)
            let took = try #require(
                network.run(atMost: .seconds(30)) { $0.everybody(thinks: .dead, of: count / 2) }, "seed \(seed)")
            #expect(took.inSeconds <= limit, "seed \(seed)")
            #expect(network.deaths == count - 1)
            worst = max(worst, took)
            sum += took.inSeconds
        }
        let mean = Duration.milliseconds(Int(sum / Double(seeds.count) * 1000))
        print("crash at \(count): known to all after \(mean.text) on average, worst \(worst.text)")
    }

    @Test("an echo says how long the way is now, unless datagrams are lost, and accuses nobody")
    func echoes() throws {
        var network = VirtualNetwork.settled(8, seed: 3)
        let peers = network.hosts.map(\.id)
        func echoes(_ network: VirtualNetwork, since: Instant) -> [PeerID: Duration] {
            var found: [PeerID: Duration] = [:]
            for (at, event) in network.hosts[0].events where at >= since {
                if case .echoed(let peer, let took) = event { found[peer] = took }
            }
            return found
        }
        var begin = network.now
        for peer in peers { network.input(0, .echo(peer)) }
        network.run(for: .milliseconds(500))
        let quick = echoes(network, since: begin)
        #expect(Set(quick.keys) == Set(peers.dropFirst()))
        #expect(quick.values.allSatisfy { $0 >= .microseconds(400) && $0 <= .milliseconds(4) })
        // A crashed host and a stranger do not answer; more are asked than are kept in mind.
        network.crash(5)
        begin = network.now
        network.input(0, .echo(PeerID(.zero)))
        for _ in 0..<400 { network.input(0, .echo(peers[5])) }
        network.input(0, .echo(peers[2]))
        network.run(for: .milliseconds(500))
        #expect(Array(echoes(network, since: begin).keys) == [peers[2]])
    }

    /// 190 peers of one machine that all install at once took each other for dead, and that took their processors.
    @Test func overloadedHostsDoNotAccuseEachOther() throws {
        var network = VirtualNetwork.settled(32, seed: 6, for: .seconds(25))
        network.slowness = .milliseconds(1500)
        network.run(for: .seconds(5))
        func suspicions() -> UInt64 { network.hosts.reduce(0) { $0 + $1.machine.counters.suspicions } }
        let before = suspicions()
        network.run(for: .seconds(60))
        print("a minute of overload at 32: \(suspicions() - before) suspicions, \(network.deaths) deaths")
        #expect(suspicions() - before < 100)
        #expect(network.deaths == 0)

        // And it is over when the load is.
        network.slowness = .zero
        network.run(for: .seconds(5))
        network.crash(7)
        let took = try #require(network.run(atMost: .seconds(15)) { $0.everybody(thinks: .dead, of: 7) })
        #expect(took <= .seconds(8))
    }

    /// A host that answers late, again and again, was suspected and refuted before everybody each time.
    @Test func aSlowHostIsWaitedFor() throws {
        var network = VirtualNetwork.settled(48, seed: 11)
        func starve(for seconds: Int) -> UInt64 {
            let before = network.hosts[9].machine.counters.refutations
            for _ in 0..<seconds {
                network.pause(9, for: .milliseconds(1700))
                network.run(for: .seconds(2))
            }
            return network.hosts[9].machine.counters.refutations - before
        }
        let first = starve(for: 5)
        let later = starve(for: 20)
        print("a host that runs for 0.3 of 2 s: \(first) refutations in 10 s, \(later) in the next 40 s")
        #expect(first > 0, "nobody noticed")
        #expect(later <= 2)
        #expect(network.deaths == 0)

        network.crash(9)
        let took = try #require(network.run(atMost: .seconds(60)) { $0.everybody(thinks: .dead, of: 9) })
        print("its crash is known to all after \(took.text)")
        #expect(took <= .seconds(30))
    }

    @Test func aLostContactIsProbedAtOnce() throws {
        var network = VirtualNetwork.settled(32, seed: 3)
        network.crash(9)
        network.input(0, .lostContact(network.hosts[9].id))
        let took = try #require(network.run(atMost: .seconds(5)) { $0.hosts[0].machine.counters.failedProbes > 0 })
        #expect(took <= .milliseconds(700))
    }

    @Test func aFalseSuspicionIsRefuted() throws {
        var network = VirtualNetwork.settled(8, seed: 4)
        let victim = network.hosts[5].id
        let before = try #require(network.hosts[0].machine.view(of: victim)).incarnation
        let claim = Claim(
            subject: victim, incarnation: before, verdict: .suspect, accuser: network.hosts[2].id)
        var lie = DatagramText(.news)
        lie.add(claim)
        network.deliver(lie.encoded(), to: 0, from: 2)
        #expect(network.hosts[0].machine.view(of: victim)?.state == .suspect)
        let took = try #require(
            network.run(atMost: .seconds(5)) { network in
                network.running.allSatisfy {
                    $0.id == victim
                        || $0.machine.view(of: victim).map {
                            $0.incarnation == before + 1 && $0.state == .alive
                        } == true
                }
            })
        print("false suspicion refuted everywhere after \(took.text)")
        #expect(took <= .seconds(2))
        #expect(network.hosts[5].machine.counters.refutations == 1)
        #expect(network.deaths == 0)
    }

    @Test func aClaimOfDeathKillsNobodyAtOnce() throws {
        var network = VirtualNetwork.settled(8, seed: 5)
        for round in 0..<20 {
            for index in 1..<8 {
                let view = try #require(network.hosts[0].machine.view(of: network.hosts[index].id))
                var lie = DatagramText(.news)
                lie.add(
                    Claim(
                        subject: view.id, incarnation: view.incarnation, verdict: .dead,
                        accuser: network.hosts[round % 7 + 1].id))
                let liar = network.hosts[1]
                network.deliver(lie.encoded(), to: 0, as: .datagram(liar.address), sender: liar.id)
            }
            network.run(for: .milliseconds(500))
        }
        #expect(network.deaths == 0)
        network.run(for: .seconds(5))
        #expect(network.hasFullView)
    }

    @Test func aPartitionHealsToOneView() throws {
        var network = VirtualNetwork.settled(32, seed: 6)
        network.setGroup(1, of: 16..<32)
        network.run(for: .seconds(300))
        for host in network.hosts { #expect(host.machine.presentCount == 16) }
        network.setGroup(0, of: 16..<32)
        let took = try #require(network.run(atMost: .seconds(60)) { $0.hasFullView })
        print("partition of 5 min, 16 and 16: one view \(took.text) after it healed")
        #expect(took <= .seconds(30))
        let deathsBefore = network.deaths
        network.run(for: .seconds(60))
        #expect(network.deaths == deathsBefore)
        #expect(network.hasFullView)
    }

    @Test func aGoodbyeIsNoDeath() throws {
        var network = VirtualNetwork.settled(32, seed: 7)
        network.input(11, .leave)
        let took = try #require(
            network.run(atMost: .seconds(5)) { $0.everybody(thinks: .left, of: 11) })
        print("goodbye known to all after \(took.text)")
        #expect(took <= .seconds(2))
        network.run(for: .seconds(1))
        #expect(network.hosts[11].events.last?.event == .left(network.hosts[11].id))
        #expect(network.hosts[11].machine.nextDeadline == .never)
        network.crash(11)
        network.run(for: .seconds(10))
        #expect(network.deaths == 0)
        #expect(network.hasFullView)
    }

    @Test(arguments: [MemberState.dead, .left, .alive])
    func aRestartReturnsWithAHigherIncarnation(from state: MemberState) throws {
        var network = VirtualNetwork.settled(8, seed: 8)
        let id = network.hosts[3].id
        let before = try #require(network.hosts[0].machine.view(of: id)).incarnation
        if state == .left { network.input(3, .leave) }
        if state != .alive { network.run(for: .seconds(1)) }
        network.crash(3)
        if state != .alive {
            #expect(network.run(atMost: .seconds(20)) { $0.everybody(thinks: state, of: 3) } != nil)
        }
        network.restart(3, epoch: 2, seeds: [0])
        let took = try #require(
            network.run(atMost: .seconds(10)) { network in
                network.hasFullView
                    && network.running.allSatisfy { ($0.machine.view(of: id)?.incarnation ?? 0) > before }
            })
        print("restart after being \(state): back everywhere after \(took.text)")
        #expect(took <= .seconds(3))
    }

    @Test func aPeerThatLostItsEpochOutlivesItsEarlierLife() throws {
        var network = VirtualNetwork.settled(4, seed: 9)
        let id = network.hosts[2].id
        network.crash(2)
        network.restart(2, epoch: 40, seeds: [0])
        network.run(for: .seconds(10))
        network.crash(2)
        #expect(network.run(atMost: .seconds(20)) { $0.everybody(thinks: .dead, of: 2) } != nil)
        network.restart(2, epoch: 1, seeds: [0])
        let took = try #require(network.run(atMost: .seconds(20)) { $0.hasFullView })
        print("a lost epoch costs \(took.text)")
        #expect(network.hosts[2].adoptedEpochs == [41])
        #expect(network.hosts[2].machine.epoch == 41)
        #expect(try #require(network.hosts[0].machine.view(of: id)).incarnation >> 32 == 41)
    }

    @Test func aDeafPeerDoesNotKillOthers() throws {
        var network = VirtualNetwork.settled(32, seed: 10)
        network.setDeaf(4, true)
        network.run(for: .seconds(60))
        #expect(network.everybody(thinks: .dead, of: 4))
        let wrong = network.hosts.indices.filter { $0 != 4 }.reduce(0) { sum, index in
            sum
                + network.hosts[index].events.count { at, event in
                    if case .dead(let id) = event { return id != network.hosts[4].id }
                    return false
                }
        }
        #expect(wrong == 0)
        network.setDeaf(4, false)
        let took = try #require(network.run(atMost: .seconds(60)) { $0.hasFullView })
        print("a peer that was deaf for a minute is back after \(took.text)")
    }

    @Test(arguments: [(0.01, 0), (0.2, 0)])
    func lossAloneKillsNobody(loss: Double, deaths: Int) {
        for seed in 1...3 as ClosedRange<UInt64> {
            var network = VirtualNetwork.settled(32, seed: seed)
            network.loss = loss
            network.run(for: .seconds(120))
            let suspicions = network.hosts.reduce(0) { $0 + $1.machine.counters.suspicions }
            print(
                "2 min at \(Int(loss * 100)) % loss, seed \(seed): \(suspicions) suspicions, \(network.deaths) deaths")
            #expect(network.deaths <= deaths)
        }
    }

    @Test func aCrashIsKnownUnderHeavyLoss() throws {
        var network = VirtualNetwork.settled(32, seed: 12)
        network.loss = 0.2
        network.crash(20)
        let took = try #require(network.run(atMost: .seconds(40)) { $0.everybody(thinks: .dead, of: 20) })
        print("crash at 32 with 20 % loss: known to all after \(took.text)")
        #expect(took <= .seconds(10))
    }
}
