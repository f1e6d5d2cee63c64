import Basics
import Gossip
import Peer
import Pipeline
import Trust

/// What peers say to each other over sessions, and what the control API is asked.
extension FuzzTarget {
    static let peer: [FuzzTarget] = [
        FuzzTarget("peer-frame", seeds: PeerSamples.frames, run: frame),
        .exact("peer-request", seeds: { [RequestBody(method: "manifest", argument: [1, 2, 3]).encoded()] }) {
            try? RequestBody(decoding: $0).encoded()
        },
        .exact("peer-subscribe", seeds: PeerSamples.subscriptions) { try? SubscribeBody(decoding: $0).encoded() },
        .exact("peer-plan", seeds: PeerSamples.plans) { try? PlanBody(decoding: $0).encoded() },
        .exact("peer-plan-call", seeds: PeerSamples.planCalls) { try? PlanCall(decoding: $0).encoded() },
        .exact("peer-manifest-call", seeds: PeerSamples.manifestCalls) { try? ManifestCall(decoding: $0).encoded() },
        .exact("peer-manifest-piece", seeds: { [ManifestPiece(total: 9, bytes: [1, 2, 3]).encoded()] }) {
            try? ManifestPiece(decoding: $0).encoded()
        },
        .exact("peer-chunk", seeds: PeerSamples.chunks) { try? ChunkBody(decoding: $0).encoded() },
        FuzzTarget("peer-probe", seeds: PeerSamples.probes) { (bytes: [UInt8]) in
            // Bytes behind the known ones belong to later versions.
            guard let body = try? ProbeBody(decoding: bytes) else { return }
            precondition(bytes.starts(with: body.encoded()), "a probe is not written as it was read")
        },
        FuzzTarget("peer-error", seeds: PeerSamples.errors) { (bytes: [UInt8]) in
            let error = ErrorBody.decode(bytes)
            precondition(ErrorBody.decode(ErrorBody.encode(error)).code == error.code, "an error becomes another")
        },
        FuzzTarget("peer-order", seeds: OrderSamples.all, bytes: OrderSamples.read),
        FuzzTarget("peer-messages", seeds: PeerSamples.messages, bytes: PeerSamples.read),
        FuzzTarget("peer-lines", seeds: { [Array("a\nbc\n\nlast".utf8)] }, run: lines),
    ]

    private static func frame(_ bytes: UnsafeRawBufferPointer) {
        guard let header = try? FrameHeader(decoding: bytes) else { return }
        precondition(header.bodyBytes <= PeerLimits.frameBodyBytes && header.payloadBytes <= FormatLimits.sliceBytes)
        var again = [UInt8](repeating: 0, count: FrameHeader.byteCount)
        again.withUnsafeMutableBytes { header.write(to: $0) }
        precondition(again.elementsEqual(bytes.prefix(FrameHeader.byteCount)), "a frame is not written as it was read")
    }

    /// The lines are the same in whatever pieces the bytes come.
    private static func lines(_ bytes: UnsafeRawBufferPointer) {
        var input = FuzzInput(bytes)
        var buffer = LineBuffer(limit: 64)
        var whole: [UInt8] = []
        var lines: [[UInt8]] = []
        while !input.isUsedUp {
            let piece = Array(input.take(1 + Int(input.byte() % 100)))
            guard buffer.append(piece) else { return }
            whole += piece
            while let line = buffer.nextLine() { lines.append(line) }
        }
        lines.append(buffer.rest)
        let expected = whole.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map(Array.init)
        precondition(lines == expected, "lines are lost or doubled")
    }
}

/// Bodies as peers write them.
enum PeerSamples {
    @Sendable static func frames() -> [[UInt8]] {
        let headers = [
            FrameHeader(kind: .request, stream: 1, bodyBytes: 40),
            FrameHeader(kind: .slice, stream: 2, payloadBytes: 16384, index: 3, slice: 4),
            FrameHeader(kind: .keepAlive, stream: 0),
        ]
        return headers.map { header in
            var bytes = [UInt8](repeating: 0, count: FrameHeader.byteCount)
            bytes.withUnsafeMutableBytes { header.write(to: $0) }
            return bytes
        }
    }

    @Sendable static func subscriptions() -> [[UInt8]] {
        var lacking = Bitmap(count: 70)
        lacking[3] = true
        let want = Want(
            chunks: lacking, parts: [Want.Part(chunk: 5, slices: SliceSet(bits: 0b110))], lanes: 2, rate: 3_000_000)
        return [SubscribeBody(image: ImageID(.zero), credit: 1 << 20, want: want).encoded()]
    }

    @Sendable static func plans() -> [[UInt8]] {
        let host = PlanInputs.Host(peer: PeerID(.zero), up: 5_000_000, site: "s", rack: "r", isHolder: true, joined: 3)
        let inputs = PlanInputs(
            hosts: [host],
            links: [PlanInputs.SharedLink(site: "s", rack: "r", up: 1), PlanInputs.SharedLink(site: "s")],
            bytes: 1 << 26)
        let news = PlanNews(
            changes: [
                PlanChange(peer: PeerID(.zero), version: 2, state: .gone),
                PlanChange(peer: PeerID(.zero), version: 3, state: .here(host)),
            ],
            sightings: [
                PlaceSighting(
                    inputs: 7, observer: 2, version: 1,
                    echoes: [
                        .init(place: 0, level: EchoLevel(rawValue: 80)), .init(place: 9, level: EchoLevel(rawValue: 3)),
                    ])
            ])
        return [
            PlanBody(image: ImageID(.zero), inputs: inputs, news: news).encoded(),
            PlanBody(image: ImageID(.zero), news: news).encoded(),
        ]
    }

    @Sendable static func planCalls() -> [[UInt8]] {
        [PlanCall(image: ImageID(.zero), patience: .seconds(5)).encoded()]
    }

    @Sendable static func manifestCalls() -> [[UInt8]] {
        [ManifestCall(image: ImageID(.zero), offset: 7, patience: .seconds(2)).encoded()]
    }

    @Sendable static func chunks() -> [[UInt8]] {
        let tag = [UInt8](repeating: 1, count: ChunkTag.byteCount).withUnsafeBytes { ChunkTag($0) }
        return [ChunkBody(length: 20_000, tag: tag, slices: [.zero, .zero]).encoded()]
    }

    @Sendable static func probes() -> [[UInt8]] {
        [ProbeBody.ask(.up), .ask(.down), .granted, .busy, .end, .farewell].map { $0.encoded() }
    }

    @Sendable static func errors() -> [[UInt8]] {
        [ErrorBody.encode(SkeinError(.notFound, doing: "looking", cause: "it is not there", next: "look again"))]
    }

    // MARK: JSON

    /// The kinds of messages, by the first byte.
    private static let kinds: [@Sendable ([UInt8]) -> [UInt8]?] = [
        again(InstallProgress.self), again(InstallOutcome.self), again(NodesOrder.self), again(RemoveOrder.self),
        again(NodeOrder.self),
        again(HostRoom.self), again(ConsoleCall.self), again(ConsolePiece.self), again([NodeRow].self),
        again(UpRequest.self), again(ImportRequest.self), again(ExportRequest.self), again(PushRequest.self),
        again(VerifyRequest.self), again(ErrorReport.self), again(ControlEvent.self), again([PeerRow].self),
        again(PeerStatus.self), again(Int.self), again([LinkRow].self), again(GrantCall.self), again(GrantReply.self),
        again(FlowCall.self), again(FlowAnswer.self), again(FlowReport.self),
    ]

    private static func again<Value: Codable & Sendable>(_ type: Value.Type) -> @Sendable ([UInt8]) -> [UInt8]? {
        { bytes in (try? JSON.decode(type, from: bytes, "a message")).map { JSON.encode($0) } }
    }

    /// What is decoded is encoded, and that is decoded to the same.
    @Sendable static func read(_ bytes: [UInt8]) {
        guard let kind = bytes.first else { return }
        let again = kinds[Int(kind) % kinds.count]
        guard let encoded = again(Array(bytes.dropFirst())) else { return }
        precondition(again(encoded) == encoded, "a message is not read as it is written")
    }

    @Sendable static func messages() -> [[UInt8]] {
        let texts: [String] = [
            #"{"bytes":1,"total":2,"isAssembling":false}"#, #"{"bytes":1,"chunks":2,"seconds":0.5}"#,
            #"{"cluster":"c","generation":"g","nodes":[],"noProgressSeconds":60}"#, #"{"cluster":"c"}"#,
            #"{"name":"n","role":"r","uuid":"u","image":"i","vcpus":1,"memoryMiB":256,"address":"10.0.0.1","mac":"52:54:00:00:00:01","seed":[{"path":"etc/x","mode":420,"uid":0,"gid":0}]}"#,
            #"{"freeMemoryMiB":1}"#, #"{"cluster":"c","node":"n","offset":0}"#, #"{"text":"x","end":1}"#, "[]",
        ]
        return texts.enumerated().map { [UInt8($0.offset)] + Array($0.element.utf8) }
    }
}
