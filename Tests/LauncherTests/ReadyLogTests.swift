import Basics
import Launcher
import Testing

@Suite("The phase lines of a guest")
struct ReadyLogTests {
    @Test("give phases and their words")
    func phases() {
        var parser = ReadyLogParser()
        let text = "phase userspace\nphase network address=10.0.2.15 mtu=1450\r\nphase ssh\nphase done"
        #expect(parser.consume(Array(text.utf8)).map(\.phase) == [.userspace, .network, .ssh])
        let last = parser.consume(Array("\n".utf8))
        #expect(last == [PhaseReport(phase: .done)])
        let network = PhaseReport(line: Array("phase network address=10.0.2.15 x= =y z".utf8))
        #expect(network?["address"] == "10.0.2.15" && network?["x"] == "" && network?.words.count == 2)
    }

    @Test(
        "are ignored when they are something else",
        arguments: [
            "", "phase", "phases done", "phase DONE", "phase nothing", " ", "done", "phase done\u{7F}", "phase done ü",
            "phase done \u{1B}[2J", "phase\u{0}done", String(repeating: "phase done ", count: 30),
        ])
    func others(line: String) {
        #expect(PhaseReport(line: Array(line.utf8)) == nil)
    }

    @Test("are found after a line that never seemed to end")
    func longLine() {
        var parser = ReadyLogParser()
        for _ in 0..<100 { #expect(parser.consume([UInt8](repeating: 0x61, count: 10_000)).isEmpty) }
        #expect(parser.consume(Array("\nphase done\n".utf8)) == [PhaseReport(phase: .done)])
        #expect(parser.ignoredLines == 1)
    }

    @Test("arbitrary bytes in arbitrary pieces give what the whole gives", arguments: 0..<200)
    func arbitrary(seed: UInt64) {
        var random = RandomSource(seed: seed)
        var bytes: [UInt8] = []
        let pieces = ["phase done\n", "phase network a=b", "\n", "phase ", "userspace\r\n", "\u{0}", " = ", "=x=y"]
        for _ in 0..<200 {
            if Bool.random(using: &random) {
                bytes += Array(pieces[Int.random(in: 0..<pieces.count, using: &random)].utf8)
            } else {
                bytes += random.bytes(Int.random(in: 0..<40, using: &random))
            }
        }
        var whole = ReadyLogParser()
        let expected = whole.consume(bytes)
        var pieceByPiece = ReadyLogParser()
        var found: [PhaseReport] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = Int.random(in: 1...50, using: &random)
            found += pieceByPiece.consume(rest.prefix(count))
            rest = rest.dropFirst(count)
        }
        #expect(found == expected)
        #expect(found.allSatisfy { $0.words.count <= LauncherLimits.readyWords })
        _ = ConsoleTail.lines(of: bytes, count: 50)
    }
}

@Suite("The console of a guest")
struct ConsoleTailTests {
    @Test("is shown without control characters, escapes and marks that turn text around")
    func harmless() {
        let hostile =
            "one\u{1B}[2J\u{1B}[31mred\u{1B}[0m\u{7}\r\n\u{1B}]0;title\u{7}two\u{9B}5A!\n\u{202E}abc\u{200B}\u{0}\tx\n\n"
        let lines = ConsoleTail.lines(of: Array(hostile.utf8), count: 10)
        #expect(lines == ["onered", "0;titletwo!", "abc x"])
    }

    @Test("gives the last lines, short ones, and any bytes are fine")
    func bounds() {
        let many = (0..<5000).map { "line \($0)" }.joined(separator: "\n")
        #expect(ConsoleTail.lines(of: Array(many.utf8), count: 2) == ["line 4998", "line 4999"])
        #expect(ConsoleTail.lines(of: Array(many.utf8), count: .max).count == LauncherLimits.consoleLines)
        #expect(ConsoleTail.lines(of: Array(many.utf8), count: -1).isEmpty)
        let long = ConsoleTail.lines(of: [UInt8](repeating: 0x61, count: 100_000), count: 1)
        #expect(long.first?.count == LauncherLimits.consoleLineCharacters)
        #expect(!ConsoleTail.lines(of: (0..<4096).map { UInt8(truncatingIfNeeded: $0) }, count: 100).isEmpty)
        #expect(ConsoleTail.lines(ofFile: "/nowhere/console.log", count: 3).isEmpty)
    }

    @Test("says what is wrong with a guest")
    func trouble() {
        let lines = [
            "[ 1.0] Loading", "[ 2.0] Kernel panic - not syncing: VFS: Unable to mount root fs", "[ 2.1] ---[ end",
        ]
        #expect(ConsoleTail.trouble(in: lines)?.line == lines[1])
        #expect(ConsoleTail.trouble(in: ["login:"]) == nil)
    }
}
