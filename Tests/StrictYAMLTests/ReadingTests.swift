import Basics
import StrictYAML
import Testing

@Suite("Reading values")
struct ReadingTests {
    @Test("every kind of value is read, with its line and column")
    func values() throws {
        let text = """
            name: hello   # a comment
            count: 4
            memory: 512MiB
            link: 100Mbit
            delay: 1.5ms
            share: 12.5%
            strict: true
            nothing:
            quoted: "~"
            script: |
              echo 'a & b' && rm *
              exit
            list: [a, 2, {b: c}]
            """
        let map = try YAMLValue.parse(text, file: "x.yaml").mapping("a file")
        #expect(try map.require("name").string("name") == "hello")
        #expect(try map.require("count").int("count", in: 1...10) == 4)
        #expect(try map.require("memory").byteCount("memory") == .mebibytes(512))
        #expect(try map.require("link").bitRate("link") == BitRate(bitsPerSecond: 100_000_000))
        #expect(try map.require("delay").duration("delay") == .microseconds(1500))
        #expect(try map.require("share").percent("share") == 0.125)
        #expect(try map.require("strict").bool("strict"))
        #expect(try map.require("nothing").isNull)
        #expect(try map.require("nothing").line == 8)
        #expect(try !map.require("quoted").isNull)
        #expect(try map.require("script").string("script") == "echo 'a & b' && rm *\nexit\n")
        let list = try map.require("list").list("list", limit: 3)
        #expect(list.map(\.line) == [13, 13, 13])
        #expect(list.map(\.column) == [8, 11, 14])
        #expect(map.keys.map(\.name).first == "name")
        #expect(map.keys.map(\.name).last == "list")
    }

    @Test(
        "a value of the wrong kind says what it should be",
        arguments: [
            ("a: [1]", "a must be text, not a list"),
            ("a:", "a must be text, not nothing"),
            ("a: {b: 1}", "a must be text, not a mapping"),
        ])
    func wrongKind(text: String, cause: String) throws {
        let value = try YAMLValue.parse(text, file: "x.yaml").mapping("a file").require("a")
        let error = #expect(throws: SkeinError.self) { try value.string("a") }
        #expect(error?.cause == cause)
        #expect(error?.code == .usage)
        #expect(error?.doing.hasPrefix("x.yaml:1:") == true)
    }

    @Test(
        "numbers with units that make no sense are refused",
        arguments: ["0Mbit", "-1Mbit", "10", "10mbit", "Mbit", "9999999999999999999Gbit", "1.5Mbit", "", "nan", "1e3s"])
    func badUnits(text: String) throws {
        let value = try YAMLValue.parse("a: '\(text)'", file: "x").mapping("a file").require("a")
        #expect(throws: SkeinError.self) { try value.bitRate("a") }
        #expect(throws: SkeinError.self) { try value.byteCount("a") }
        #expect(throws: SkeinError.self) { try value.duration("a") }
        #expect(throws: SkeinError.self) { try value.percent("a") }
        #expect(throws: SkeinError.self) { try value.bool("a") }
    }

    @Test("bounds are part of the message")
    func bounds() throws {
        let map = try YAMLValue.parse("a: 11\nb: 1KiB\nc: [1, 2]\nd: 101%", file: "x").mapping("a file")
        let number = #expect(throws: SkeinError.self) { try map.require("a").int("a", in: 1...10) }
        #expect(number?.cause == "a must be between 1 and 10, not 11")
        let size = #expect(throws: SkeinError.self) {
            try map.require("b").byteCount("b", in: .mebibytes(1)...(.gibibytes(1)))
        }
        #expect(size?.cause == "b must be between 1 MiB and 1 GiB, not 1KiB")
        let list = #expect(throws: SkeinError.self) { try map.require("c").list("c", limit: 1) }
        #expect(list?.cause == "c has 2 items; at most 1 are possible")
        #expect(throws: SkeinError.self) { try map.require("d").percent("d") }
    }

    @Test("an unknown key names its line and what was meant")
    func unknownKey() throws {
        let map = try YAMLValue.parse("name: a\n\nroels: {}\n", file: "c.yaml").mapping("a cluster file")
        let error = #expect(throws: SkeinError.self) { try map.allow(only: ["name", "roles", "image"]) }
        #expect(error?.doing == "c.yaml:3:1")
        #expect(error?.cause == "unknown key \"roels\" in a cluster file")
        #expect(error?.next == "did you mean \"roles\"?")
        let missing = #expect(throws: SkeinError.self) { try map.require("image") }
        #expect(missing?.cause == "\"image\" is missing in a cluster file")
    }

    @Test(
        "near words are found, far ones are not",
        arguments: [
            ("memroy", "memory"), ("Packages", "packages"), ("cuont", "count"), ("zzz", nil), ("", nil), ("x", nil),
        ] as [(String, String?)])
    func spelling(word: String, meant: String?) {
        #expect(Spelling.nearest(to: word, among: ["count", "memory", "packages"]) == meant)
    }
}
