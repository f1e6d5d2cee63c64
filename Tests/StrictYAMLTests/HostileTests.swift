import Basics
import StrictYAML
import Testing

@Suite("Hostile and broken files")
struct HostileTests {
    @Test(
        "what is wrong is said with its line",
        arguments: [
            ("a: 1\nb: [1, 2\nc: 3", "x:3:", "expected"),
            ("a: 1\n\tb: 2", "x:2:", ""),
            ("a: 1\nb: 2\na: 3", "x:3:1", "\"a\" is given more than once"),
            ("a: 1\n\"a\": 3", "x:2:1", "\"a\" is given more than once"),
            ("r:\n  b: {c: 1}\n  d:\n    b: 4\n  b: 2", "x:5:3", "\"b\" is given more than once"),
            ("a: 1\n? [b]\n: 2", "x:2:", "a key must be a word"),
            ("a: !!binary xyz", "x:1:4", "tags such as"),
            ("a: !thing {b: c}", "x:1:4", "tags such as"),
            ("base: &b {a: 1}\nc:\n  <<: *b", "x:3:3", "merge keys"),
            ("a: *nowhere", "x:1:4", "undefined alias"),
            ("---\na: 1\n---\nb: 2\n", "x:3:", "document"),
            ("", "x:1:1", "empty"),
            ("# nothing\n", "x:1:1", "empty"),
            ("a: \u{7}", "x:1:", "control characters"),
        ])
    func broken(text: String, place: String, cause: String) {
        let error = #expect(throws: SkeinError.self) { try YAMLValue.parse(text, file: "x") }
        #expect(error?.doing.hasPrefix(place) == true, "\(error.map(\.description) ?? "")")
        #expect(error?.cause.contains(cause) == true, "\(error.map(\.description) ?? "")")
        #expect(error?.code == .usage)
    }

    @Test("aliases may be used, and stand where they were written")
    func aliases() throws {
        let map = try YAMLValue.parse("a: &x {size: 1GiB}\nb: *x\n", file: "x").mapping("a file")
        let size = try map.require("b").mapping("b").require("size")
        #expect(try size.byteCount("size") == .gibibytes(1))
        #expect(size.line == 1)
    }

    @Test("an alias bomb is refused at once")
    func bomb() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...20 {
            let uses = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(uses)]\n"
        }
        let started = ContinuousClock.now
        let error = #expect(throws: SkeinError.self) { try YAMLValue.parse(text, file: "x") }
        #expect(error?.cause.contains("aliases") == true)
        #expect(ContinuousClock.now - started < .seconds(2))
    }

    @Test(
        "a bomb in a key is refused before the parser compares keys", arguments: ["? *z\n: 1", "*z : 1", "{[*z]: 1}"])
    func bombInKey(key: String) {
        var text = "- &a [x, x]\n"
        for (name, before) in zip("bcdefghijklmnopqrstuvwxyz", "abcdefghijklmnopqrstuvwxy") {
            text += "- &\(name) [*\(before), *\(before)]\n"
        }
        text += "- \(key.split(separator: "\n").joined(separator: "\n  "))\n"
        let started = ContinuousClock.now
        #expect(throws: SkeinError.self) { try YAMLValue.parse(text, file: "x") }
        #expect(ContinuousClock.now - started < .seconds(2))
    }

    @Test("deep nesting is refused", arguments: [34, 999, 1001, 100_000])
    func depth(levels: Int) {
        let flow = String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
        #expect(throws: SkeinError.self) { try YAMLValue.parse(flow, file: "x") }
        let block = String(repeating: "- ", count: levels) + "x"
        #expect(throws: SkeinError.self) { try YAMLValue.parse(block, file: "x") }
        let keys = String(repeating: "{a: ", count: levels) + String(repeating: "}", count: levels)
        #expect(throws: SkeinError.self) { try YAMLValue.parse(keys, file: "x") }
    }

    @Test("a file beyond its limit is refused")
    func size() {
        let error = #expect(throws: SkeinError.self) {
            try YAMLValue.parse(String(repeating: "a", count: 2000), file: "x", limit: .kibibytes(1))
        }
        #expect(error?.cause.contains("the limit is 1 KiB") == true)
    }

    @Test("arbitrary bytes and arbitrary YAML signs give a value or an error", arguments: 0..<8)
    func arbitrary(seed: Int) throws {
        var random = RandomSource(seed: UInt64(seed))
        let signs = Array("ab: -?[]{},&*!|>'\"%@`#\n\n  \t~\\x\r\u{2028}\u{FEFF}0".unicodeScalars)
        for _ in 0..<4000 {
            let length = Int.random(in: 0..<60, using: &random)
            var text = String.UnicodeScalarView()
            for _ in 0..<length { text.append(signs.randomElement(using: &random) ?? "a") }
            visit(String(text))
            visit(String(decoding: random.bytes(length), as: UTF8.self))
        }
    }

    /// Asks a value for everything, deep down.
    private func visit(_ text: String) {
        guard let root = try? YAMLValue.parse(text, file: "x") else { return }
        var open = [root]
        while let value = open.popLast() {
            _ = try? value.string("x")
            _ = try? value.int("x")
            _ = try? value.bool("x")
            _ = try? value.byteCount("x")
            _ = try? value.bitRate("x")
            _ = try? value.duration("x")
            _ = try? value.percent("x")
            open += (try? value.list("x", limit: 100)) ?? []
            if let map = try? value.mapping("x") {
                _ = try? map.allow(only: ["name"])
                open += map.keys.map(\.value)
            }
        }
    }
}
