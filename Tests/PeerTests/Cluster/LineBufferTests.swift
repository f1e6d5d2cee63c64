import Basics
import Peer
import Testing

@Suite struct LineBufferTests {
    @Test("lines come out whole however the bytes are cut", arguments: 1..<20)
    func anyCut(seed: UInt64) {
        let lines = ["a", "", "two words", "éé", String(repeating: "x", count: 300)]
        let bytes = Array(lines.joined(separator: "\n").utf8) + Array("\nrest".utf8)
        var random = RandomSource(seed: seed)
        var buffer = LineBuffer(limit: 300)
        var found: [String] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = min(rest.count, 1 + Int(random.next() % 40))
            let isTaken = buffer.append(Array(rest.prefix(count)))
            #expect(isTaken)
            rest = rest.dropFirst(count)
            while let line = buffer.nextLine() { found.append(String(decoding: line, as: UTF8.self)) }
        }
        #expect(found == lines)
        #expect(buffer.rest == Array("rest".utf8))
    }

    @Test("a line beyond the limit is refused, many short ones are not")
    func limit() {
        var long = LineBuffer(limit: 10)
        let answers = [long.append(Array("0123456789".utf8)), long.append(Array("x".utf8))]
        #expect(answers == [true, false])
        var short = LineBuffer(limit: 10)
        let isTaken = short.append(Array(String(repeating: "abc\n", count: 100).utf8))
        #expect(isTaken)
    }
}
