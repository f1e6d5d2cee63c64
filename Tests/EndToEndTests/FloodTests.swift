import Foundation
import Lab
import Peer
import Testing

extension EndToEnd {
    /// Malformed and hostile datagrams against a live peer.
    @Suite("Flood", .lab("flood.yaml"))
    struct FloodTests {
        /// `SKEIN_FLOOD=1000000` is the figure of docs/TESTING.md; by default it is short.
        private static let count =
            ProcessInfo.processInfo.environment["SKEIN_FLOOD"].flatMap { Int($0) } ?? 100_000
        private static let victim = "h1"

        @Test("a peer stands a flood of hostile datagrams, half of them from a member", .timeLimit(.minutes(20)))
        func flood() async throws {
            let lab = try TestLab.required()
            try await lab.waitForMembers()
            var datagrams = HostileDatagrams(of: try HostileMember(of: lab, seed: 1), seed: 2)
            let socket = try FloodSocket(lab, from: "h2", to: FloodTests.victim)
            defer { socket.close() }

            // A peer takes memory for what it meets for the first time: a little of everything comes before.
            _ = try FloodTests.send(FloodTests.count / 20, &datagrams, socket)
            let watch = Watch(lab, victim: FloodTests.victim)
            let watching = Task { await watch.run() }
            let before = try await socket.residentKiB()
            let arrivedBefore = try socket.arrivals()
            let start = ContinuousClock.now
            let answers = try FloodTests.send(FloodTests.count, &datagrams, socket)
            let took = ContinuousClock.now - start
            let arrived = try socket.arrivals()
            let recovery = try await recover(lab)
            let after = try await socket.residentKiB()
            watching.cancel()
            let seen = await watching.value

            let came = arrived.taken - arrivedBefore.taken
            let dropped = arrived.dropped - arrivedBefore.dropped
            print("flood: \(FloodTests.count) sent in \(took), \(came) arrived, \(dropped) dropped, \(answers) answers")
            print("flood: resident \(before) KiB before, \(after) KiB after; all alive again \(recovery) after the end")
            print("flood: looks at the victim by others: \(seen)")
            #expect(came >= FloodTests.count * 95 / 100, "most of them have to reach the peer")
            #expect(after - before <= 32 << 10, "the promise of the design")
            #expect(seen["dead"] == nil, "it stayed a member")
        }

        /// How many answers came back.
        private static func send(
            _ count: Int, _ datagrams: inout HostileDatagrams, _ socket: FloodSocket
        ) throws -> Int {
            var answers = 0
            for number in 0..<count {
                if number % 64 == 0 {
                    for answer in socket.receive() {
                        datagrams.hear(answer)
                        answers += 1
                    }
                }
                try socket.send(number % 2 == 0 ? datagrams.unsealed() : datagrams.sealed(), number: number)
            }
            return answers
        }

        /// Until the victim sees all honest peers alive, and they it.
        private func recover(_ lab: TestLab) async throws -> Duration {
            let start = ContinuousClock.now
            let names = Set(lab.status.hosts.map(\.name))
            for host in lab.status.hosts.map(\.name) {
                try await lab.wait(for: "\(host) sees all honest peers alive") {
                    let rows = try await lab.must(host, ["peers", "--json"]).json([PeerRow].self)
                    let alive = Set(rows.filter { $0.state == "alive" }.map(\.name))
                    return names.isSubset(of: alive)
                }
            }
            return ContinuousClock.now - start
        }

        /// What the other honest peers think of the victim, looked at all the time.
        struct Watch: Sendable {
            private let lab: TestLab
            private let victim: String

            init(_ lab: TestLab, victim: String) {
                self.lab = lab
                self.victim = victim
            }

            /// How often each state was seen, until the task is cancelled.
            func run() async -> [String: Int] {
                var seen: [String: Int] = [:]
                while !Task.isCancelled {
                    for host in lab.status.hosts.map(\.name) where host != victim {
                        guard let rows = try? await lab.must(host, ["peers", "--json"]).json([PeerRow].self) else {
                            continue
                        }
                        let state = rows.first { $0.name == victim && !$0.isSelf }?.state ?? "unknown"
                        seen[state, default: 0] += 1
                    }
                    try? await Task.sleep(for: .milliseconds(250))
                }
                return seen
            }
        }
    }
}
