import Peer
import Testing

@Suite struct NodeNamePatternTests {
    @Test("ranges expand in order, padded when written so")
    func ranges() {
        #expect(NodeNamePattern.expand("n[1-3]") == .success(["n1", "n2", "n3"]))
        #expect(NodeNamePattern.expand("n[08-11]-a") == .success(["n08-a", "n09-a", "n10-a", "n11-a"]))
        #expect(NodeNamePattern.expand("[001-002]") == .success(["001", "002"]))
        #expect(NodeNamePattern.expand("n[0-1]") == .success(["n0", "n1"]))
        #expect(NodeNamePattern.expand("head") == .success(["head"]))
    }

    @Test("190 names as in the paper's cluster")
    func oneHundredNinety() throws {
        let names = try NodeNamePattern.expand("n[001-190]").get()
        #expect(names.count == 190)
        #expect(names.first == "n001" && names.last == "n190")
    }

    @Test(
        "what is no range is refused",
        arguments: [
            "n[", "n]", "n[]", "n[1]", "n[1-2", "n1-2]", "n[2-1]", "n[01-2]", "n[-1-2]", "n[+1-2]", "n[1-2][1-2]",
            "n[1-99999999999999999999]", "n]1-2[",
        ])
    func refused(pattern: String) {
        #expect(throws: NodeNamePattern.Problem.self) { try NodeNamePattern.expand(pattern).get() }
    }
}
