import Basics
import Peer
import Pipeline
import Testing
import Trust

/// Frames and their bodies come from other peers: any bytes give a value or an error, and what is written is read back.
@Suite struct FrameTests {
    @Test func aHeaderIsReadBackAsItWasWritten() throws {
        let header = FrameHeader(
            kind: .slice, stream: 7, payloadBytes: 16_384, index: 1_234_567, slice: 15)
        var bytes = [UInt8](repeating: 0xFF, count: FrameHeader.byteCount)
        bytes.withUnsafeMutableBytes { header.write(to: $0) }
        #expect(try bytes.withUnsafeBytes { try FrameHeader(decoding: $0) } == header)
    }

    @Test func sizesBeyondTheLimitsAreRefused() {
        for (offset, value) in [
            (4, UInt32(PeerLimits.frameBodyBytes + 1)), (4, UInt32.max), (4, 16), (8, 262_145),
        ] {
            let header = FrameHeader(kind: .slice, stream: 1)
            var bytes = [UInt8](repeating: 0, count: FrameHeader.byteCount)
            bytes.withUnsafeMutableBytes { buffer in
                header.write(to: buffer)
                buffer.storeBytes(of: value.bigEndian, toByteOffset: offset, as: UInt32.self)
            }
            #expect(throws: DecodeError.self) { try bytes.withUnsafeBytes { try FrameHeader(decoding: $0) } }
        }
    }

    @Test(arguments: [
        (0, 16, true), (0, 17, false), (12, 4, true), (12, 5, false), (15, 1, true), (255, 1, true), (255, 2, false),
    ])
    func severalSlicesEndWithTheirChunk(first: UInt8, count: Int, isTaken: Bool) throws {
        let header = FrameHeader(
            kind: .slice, stream: 7, payloadBytes: count * FormatLimits.sliceBytes, index: 3, slice: first)
        var bytes = [UInt8](repeating: 0, count: FrameHeader.byteCount)
        bytes.withUnsafeMutableBytes { header.write(to: $0) }
        let read = bytes.withUnsafeBytes { try? FrameHeader(decoding: $0) }
        #expect(read == (isTaken ? header : nil))
    }

    @Test func aPayloadBelongsToASliceAlone() {
        var bytes = [UInt8](repeating: 0, count: FrameHeader.byteCount)
        bytes.withUnsafeMutableBytes { FrameHeader(kind: .credit, stream: 1, payloadBytes: 16).write(to: $0) }
        #expect(throws: DecodeError.self) { try bytes.withUnsafeBytes { try FrameHeader(decoding: $0) } }
    }

    @Test func bodiesAreReadBackAsTheyWereWritten() throws {
        var lacking = Bitmap(count: 1_201, filled: true)
        lacking[1_200] = false
        lacking[17] = false
        let want = Want(
            chunks: lacking, parts: [Want.Part(chunk: 17, slices: SliceSet(bits: 0xF0))], lanes: 3, rate: 5_000_000)
        let subscribe = SubscribeBody(image: ImageID(ContentHash.of([9])), credit: 1 << 24, want: want)
        #expect(try SubscribeBody(decoding: subscribe.encoded()) == subscribe)
        let hosts = (0..<300).map { number in
            PlanInputs.Host(
                peer: PeerID(ContentHash.of([UInt8(number % 256), UInt8(number / 256)])), up: 1_000_000 + number,
                down: number % 3 == 0 ? nil : 2_000_000, site: "s\(number % 2)", rack: "r\(number % 7)",
                isHolder: number == 0, joined: number % 5)
        }
        let plan = PlanBody(
            image: ImageID(ContentHash.of([8])),
            inputs: PlanInputs(
                hosts: hosts,
                links: [
                    .init(site: "s0", rack: "r1", up: 5_000_000, down: 4_000_000), .init(site: "s1", up: 1, down: nil),
                ],
                bytes: 1 << 30),
            news: PlanNews(
                changes: [
                    PlanChange(peer: hosts[3].peer, version: 0, state: .gone),
                    PlanChange(peer: hosts[4].peer, version: 7, state: .here(hosts[4])),
                ],
                sightings: [
                    PlaceSighting(
                        inputs: .max, observer: 299, version: 6,
                        echoes: (0..<64).map { .init(place: $0 * 3, level: EchoLevel(rawValue: UInt8($0))) })
                ]))
        #expect(try PlanBody(decoding: plan.encoded()) == plan)
        #expect(plan.encoded().count < 300 * 64)
        let slices = (0..<16).map { ContentHash.of([UInt8($0)]) }
        let tag = [UInt8](repeating: 5, count: 16).withUnsafeBytes { ChunkTag($0) }
        let chunk = ChunkBody(length: 262_144, tag: tag, slices: slices)
        #expect(try ChunkBody(decoding: chunk.encoded()) == chunk)
        let request = RequestBody(method: "nodes.list", argument: [1, 2, 3])
        #expect(try RequestBody(decoding: request.encoded()) == request)
        let error = SkeinError(.resources, doing: "doing", cause: "cause", next: "next")
        #expect(ErrorBody.decode(ErrorBody.encode(error)) == error)
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func arbitraryAndMutatedBytesAreSurvived(seed: UInt64) {
        var random = RandomSource(seed: seed)
        let valid = [
            SubscribeBody(
                image: ImageID(.zero), credit: 5, want: Want(chunks: Bitmap(count: 70, filled: true))
            ).encoded(),
            ChunkBody(
                length: 40_000, tag: [UInt8](repeating: 0, count: 16).withUnsafeBytes { ChunkTag($0) },
                slices: [.zero, .zero, .zero]
            ).encoded(),
            RequestBody(method: "room", argument: []).encoded(),
            ErrorBody.encode(SkeinError(.usage, doing: "a", cause: "b")),
        ]
        for round in 0..<5_000 {
            var bytes = random.bytes(Int.random(in: 0..<200, using: &random))
            if round.isMultiple(of: 2) {
                bytes = valid[round / 2 % valid.count]
                for _ in 0..<3 {
                    bytes[Int.random(in: 0..<bytes.count, using: &random)] = .random(in: 0...255, using: &random)
                }
                bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random) / 4)
            }
            _ = bytes.withUnsafeBytes { try? FrameHeader(decoding: $0) }
            _ = try? SubscribeBody(decoding: bytes)
            _ = try? PlanBody(decoding: bytes)
            if let chunk = try? ChunkBody(decoding: bytes) {
                #expect(chunk.length <= FormatLimits.chunkBytes && chunk.slices.count <= FormatLimits.slicesPerChunk)
            }
            _ = try? RequestBody(decoding: bytes)
            _ = ErrorBody.decode(bytes)
        }
    }
}
