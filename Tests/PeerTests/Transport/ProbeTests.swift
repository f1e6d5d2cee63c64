import Basics
import Gossip
import Peer
import Testing

/// What peers say about probes is read from any bytes, and only slices and probes carry payloads.
@Suite struct ProbeTests {
    private static let bodies: [ProbeBody] = [.ask(.down), .ask(.up), .granted, .busy, .end, .farewell]

    @Test func bodiesComeBackAsTheyWere() throws {
        for body in Self.bodies {
            #expect(try ProbeBody(decoding: body.encoded()) == body)
            // Later versions append.
            #expect(try ProbeBody(decoding: body.encoded() + [7, 7]) == body)
        }
    }

    @Test func otherBytesAreErrors() {
        for bytes in [[], [0], [0, 2], [5], [255, 0]] as [[UInt8]] {
            #expect(throws: DecodeError.self) { try ProbeBody(decoding: bytes) }
        }
        for first in UInt8.min...UInt8.max {
            for second in [0, 1, 2, 255] as [UInt8] { _ = try? ProbeBody(decoding: [first, second]) }
        }
    }

    @Test(arguments: FrameKind.allCases) func onlySlicesAndProbesCarryAPayload(kind: FrameKind) {
        let header = FrameHeader(kind: kind, stream: 1, payloadBytes: 16_384)
        var bytes = [UInt8](repeating: 0, count: FrameHeader.byteCount)
        bytes.withUnsafeMutableBytes { header.write(to: $0) }
        let read = bytes.withUnsafeBytes { try? FrameHeader(decoding: $0) }
        #expect((read != nil) == (kind == .slice || kind == .probeData))
    }
}
