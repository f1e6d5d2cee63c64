import Basics
import Peer
import Testing

/// Orders and answers come from other peers as JSON: any bytes give a value or one sentence, never a trap.
@Suite struct MessageTests {
    private static let samples: [[UInt8]] = [
        #"{"chain":["ab"],"grant":null,"image":"00","publisher":"AA=="}"#,
        #"{"bytes":1,"isAssembling":false,"total":9223372036854775807}"#,
        #"{"image":"00","offset":-1,"waitSeconds":1e308}"#,
        #"{"cluster":"c","generation":"g","noProgressSeconds":5,"nodes":[{"address":"10.0.0.2","image":"00","mac":"02:53:0a:00:00:02","memoryMiB":512,"name":"n","role":"r","seed":[],"uuid":"u","vcpus":1}]}"#,
        #"{"cluster":"../..","generation":null}"#,
        #"{"freeMemoryMiB":-9223372036854775808}"#,
    ].map { Array($0.utf8) }

    private func decodeAll(_ bytes: [UInt8]) {
        _ = try? PlanCall(decoding: bytes)
        _ = try? JSON.decode(InstallProgress.self, from: bytes, "progress")
        _ = try? JSON.decode(InstallOutcome.self, from: bytes, "an outcome")
        _ = try? ManifestCall(decoding: bytes)
        _ = try? ManifestPiece(decoding: bytes)
        _ = try? JSON.decode(NodesOrder.self, from: bytes, "an order")
        _ = try? JSON.decode(RemoveOrder.self, from: bytes, "an order")
        _ = try? JSON.decode(HostRoom.self, from: bytes, "room")
        _ = try? JSON.decode(ConsoleCall.self, from: bytes, "a call")
        _ = try? JSON.decode(ConsolePiece.self, from: bytes, "a piece")
        _ = try? JSON.decode([NodeRow].self, from: bytes, "nodes")
        _ = try? JSON.decode(ControlEvent.self, from: bytes, "an event")
        _ = try? JSON.decode(UpRequest.self, from: bytes, "a request")
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func arbitraryAndMutatedBytesAreSurvived(seed: UInt64) {
        var random = RandomSource(seed: seed)
        for round in 0..<400 {
            var bytes = random.bytes(Int.random(in: 0..<120, using: &random))
            if !round.isMultiple(of: 4) {
                bytes = Self.samples[round % Self.samples.count]
                for _ in 0..<2 {
                    bytes[Int.random(in: 0..<bytes.count, using: &random)] = .random(in: 0...255, using: &random)
                }
                bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random) / 5)
            }
            decodeAll(bytes)
        }
        for sample in Self.samples { decodeAll(sample) }
    }

    @Test func bytesThatAreNoOrderAreRefusedWithASentence() {
        let error = #expect(throws: SkeinError.self) {
            try JSON.decode(NodesOrder.self, from: Array("[]".utf8), "an order to start nodes")
        }
        #expect(error?.code == .usage)
        #expect(error?.doing == "reading an order to start nodes")
    }

    @Test func nestedListsWithoutEndAreRefused() {
        let deep = [UInt8](repeating: UInt8(ascii: "["), count: 1 << 20)
        #expect(throws: SkeinError.self) { try JSON.decode(NodesOrder.self, from: deep, "an order") }
    }
}
