import Basics
import Peer
import Testing

/// What the peer that ordered an install tells of it meanwhile.
@Suite struct OrderedInstallsTests {
    private static let image = ImageID(Digest(bytes: [UInt8](repeating: 7, count: 32))!)

    private func id(_ number: UInt8) -> PeerID {
        PeerID(Digest(bytes: [UInt8](repeating: 0, count: 31) + [number])!)
    }

    private func at(_ milliseconds: Int64) -> Instant { Instant(nanoseconds: milliseconds * 1_000_000) }

    private func progress(_ bytes: Int64, of total: Int64) throws -> InstallProgress {
        let text = #"{"bytes":\#(bytes),"isAssembling":false,"total":\#(total)}"#
        return try JSON.decode(InstallProgress.self, from: Array(text.utf8), "progress")
    }

    @Test("hosts done of all, and when the last one will be")
    func summary() throws {
        let installs = OrderedInstalls()
        for number in 1...3 { installs.began(Self.image, at: id(UInt8(number)), now: at(0)) }
        #expect(installs.summaries(now: at(0)).map(\.eta) == [nil], "nobody has said anything yet")
        for second in 0...4 {
            let now = at(Int64(second) * 500)
            for (number, rate) in [(1, 1_000_000), (2, 500_000)] as [(UInt8, Int64)] {
                let moved = try progress(rate * Int64(second) / 2, of: 10_000_000)
                installs.moved(Self.image, at: id(number), moved, now: now)
            }
        }
        #expect(installs.summaries(now: at(2_000)).first?.eta == nil, "one host has not begun")
        installs.ended(Self.image, at: id(3), isDone: false)
        let summary = try #require(installs.summaries(now: at(2_000)).first)
        #expect(summary.hosts == 3 && summary.done == 0 && summary.failed == 1)
        #expect(summary.eta == 18, "the slower one has 9 MB to go")
        installs.ended(Self.image, at: id(2), isDone: true)
        #expect(installs.summaries(now: at(2_000)).first?.eta == 8)
        installs.ended(Self.image, at: id(1), isDone: true)
        #expect(installs.summaries(now: at(2_000)).isEmpty, "what has ended is not under way")
    }

    @Test("absurd progress is survived")
    func absurd() throws {
        let installs = OrderedInstalls()
        installs.began(Self.image, at: id(1), now: at(0))
        for (number, pair) in [(Int64.max, Int64.min), (.min, .max), (0, 0)].enumerated() {
            installs.moved(
                Self.image, at: id(1), try progress(pair.0, of: pair.1), now: at(Int64(number) * 1_000))
        }
        installs.moved(Self.image, at: id(9), try progress(1, of: 2), now: at(0))
        #expect(installs.summaries(now: at(4_000)).count == 1)
    }
}
