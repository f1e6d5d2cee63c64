import Basics
import Foundation
import Glibc
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle

/// The local control API on a unix socket: routes requests to the operations of the peer.
struct ControlServer: Service, CustomStringConvertible {
    /// The service group asks for it; without it everything inside would be written out by reflection.
    let description = "control"

    let operations: ControlOperations
    let socketPath: String
    let logger: Logger

    /// A work that answers with events; its last event is the result or the failure.
    typealias Operation = @Sendable (EventSink) async throws -> Void

    func run() async throws {
        try prepareSocket()
        defer { unlink(socketPath) }
        let path = socketPath
        let application = Application(
            router: router(),
            configuration: .init(address: .unixDomainSocket(path: path), serverName: "skein"),
            onServerRunning: { _ in
                // The group may use it; everybody else may not (mode 0660).
                chmod(path, 0o660)
            },
            logger: quiet(logger))
        try await application.run()
    }

    /// Removes a socket that a killed peer left; the store's lock already shows that no other peer lives here.
    private func prepareSocket() throws(SkeinError) {
        var directory = socketPath.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(
            separator: "/")
        if directory.isEmpty { directory = "/" }
        do {
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        } catch {
            throw SkeinError(
                .permission, doing: "opening the control socket \(socketPath)",
                cause: "\(directory) cannot be made: \(error)",
                next: "run as root, or set `socket:` in the peer's configuration")
        }
        guard (try? ControlSocket.probe(socketPath)) == nil else {
            throw SkeinError(
                .conflict, doing: "opening the control socket \(socketPath)", cause: "another peer answers there",
                next: "set `socket:` in the peer's configuration to another path")
        }
        unlink(socketPath)
    }

    private func quiet(_ logger: Logger) -> Logger {
        var quiet = logger
        quiet.logLevel = .warning
        return quiet
    }

    private func router() -> Router<BasicRequestContext> {
        let router = Router()
        let peer = operations
        let v1 = router.group("/\(ControlAPI.version)")
        v1.get("status") { _, _ in await answer { try await peer.status() } }
        v1.get("peers") { _, _ in await answer { try await peer.peers() } }
        v1.get("sites") { _, _ in await answer { try await peer.sites() } }
        v1.get("links") { _, _ in await answer { try await peer.links() } }
        v1.get("membership") { request, _ in
            let since = request.uri.queryParameters["since"].flatMap { Int64($0) } ?? 0
            return await answer { try await peer.membership(since: since) }
        }
        v1.get("nodes") { request, _ in
            let cluster = request.uri.queryParameters["cluster"].map(String.init)
            return await answer { try await peer.nodes(cluster: cluster) }
        }
        v1.get("doctor") { _, _ in await answer { await peer.doctor() } }
        v1.get("images") { _, _ in await answer { try await peer.images.list() } }
        v1.get("images/:ref") { _, context in
            let reference = try name("ref", context)
            return await answer { try await peer.images.detail(reference) }
        }
        v1.get("transfers") { request, _ in
            let withChunks = request.uri.queryParameters["chunks"] == "1"
            return await answer { try await peer.transfers(withChunks: withChunks) }
        }
        v1.get("flow") { request, _ in
            let image = request.uri.queryParameters["image"].map(String.init) ?? ""
            return await answer { try await peer.flows.report(image) }
        }
        v1.get("logs") { request, _ in
            let node = request.uri.queryParameters["node"].map(String.init) ?? ""
            let isFollowed = request.uri.queryParameters["follow"] == "1"
            return try await logs(node, isFollowed, request)
        }
        v1.post("clusters") { request, _ in
            await events(request, UpRequest.self) { body in { try await peer.up.up(body, $0) } }
        }
        v1.delete("clusters/:name") { request, context in
            let cluster = try name("name", context)
            return try await events(request) { try await peer.up.down(cluster, $0) }
        }
        v1.post("images/build") { request, _ in
            await events(request, UpRequest.self) { body in { try await peer.up.buildOnly(body, $0) } }
        }
        v1.post("images/import") { request, _ in
            await events(request, ImportRequest.self) { body in { try await peer.images.importFile(body, $0) } }
        }
        v1.post("images/export") { request, _ in
            await events(request, ExportRequest.self) { body in { try await peer.images.export(body, $0) } }
        }
        v1.post("images/push") { request, _ in
            await events(request, PushRequest.self) { body in { try await peer.images.push(body, $0) } }
        }
        v1.post("images/verify") { request, _ in
            await events(request, VerifyRequest.self) { body in { try await peer.images.verify(body, $0) } }
        }
        v1.delete("images/:ref") { request, context in
            let reference = try name("ref", context)
            return try await events(request) { try await peer.images.remove(reference, $0) }
        }
        return router
    }

    /// A name from the path; image names may hold characters that a path has escaped.
    private func name(_ parameter: String, _ context: BasicRequestContext) throws -> String {
        let escaped = try context.parameters.require(parameter)
        return escaped.removingPercentEncoding ?? escaped
    }

    // MARK: Answers

    private func answer(_ work: () async throws -> some Encodable) async -> Response {
        do {
            return json(.ok, JSON.encode(try await work()))
        } catch {
            return failure(SkeinError.wrap(error, doing: "answering"))
        }
    }

    private func json(_ status: HTTPResponse.Status, _ bytes: [UInt8]) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    private func failure(_ error: SkeinError) -> Response {
        let status: HTTPResponse.Status =
            switch error.code {
            case .usage: .badRequest
            case .notFound: .notFound
            case .conflict: .conflict
            case .permission: .forbidden
            case .resources: .init(code: 507)
            case .corrupt, .unreachable, .tool, .partial, .cancelled, .internal: .internalServerError
            }
        return json(status, JSON.encode(ErrorReport(error)))
    }

    private func events<Body: Decodable & Sendable>(
        _ request: Request, _ type: Body.Type, _ operation: @Sendable (Body) -> Operation
    ) async -> Response {
        var request = request
        do {
            let buffer: ByteBuffer
            do {
                buffer = try await request.collectBody(upTo: ControlAPI.maximumBodyBytes)
            } catch {
                throw SkeinError(
                    .usage, doing: "reading a request", cause: "its body cannot be read: \(error)",
                    next:
                        "the files that a cluster file names may have \(ByteCount(bytes: Int64(ControlAPI.maximumBodyBytes))) in all"
                )
            }
            let body = try JSON.decode(Body.self, from: Array(buffer.readableBytesView), "a request")
            return stream(request, operation(body))
        } catch {
            return failure(SkeinError.wrap(error, doing: "reading a request"))
        }
    }

    private func events(_ request: Request, _ operation: @escaping Operation) async throws -> Response {
        var request = request
        _ = try await request.collectBody(upTo: 1024)
        return stream(request, operation)
    }

    /// Streams the events of an operation, one JSON object a line. When the client goes away, the operation is cancelled.
    private func stream(_ request: Request, _ operation: @escaping Operation) -> Response {
        let logger = logger
        let body = ResponseBody { writer in
            let (stream, continuation) = AsyncStream.makeStream(
                of: ControlEvent.self, bufferingPolicy: .bufferingNewest(4096))
            let sink = EventSink { continuation.yield($0) }
            let work = Task {
                do {
                    try await operation(sink)
                } catch {
                    let error = SkeinError.wrap(error, doing: "carrying out the request")
                    logger.warning("\(error)")
                    sink.failed(error)
                }
                continuation.finish()
            }
            do {
                try await withGracefulShutdownHandler {
                    try await request.body.consumeWithInboundCloseHandler { _ in
                        for await event in stream {
                            try await writer.write(ByteBuffer(bytes: JSON.encode(event) + [UInt8(ascii: "\n")]))
                        }
                    } onInboundClosed: {
                        work.cancel()
                    }
                } onGracefulShutdown: {
                    work.cancel()
                }
                try await writer.finish(nil)
            } catch {
                work.cancel()
                await work.value
                throw error
            }
        }
        return Response(status: .ok, headers: [.contentType: "application/x-ndjson"], body: body)
    }

    private func logs(_ node: String, _ isFollowed: Bool, _ request: Request) async throws -> Response {
        do {
            var collected = request
            _ = try await collected.collectBody(upTo: 1024)
            let request = collected
            let console = try await operations.console(node)
            let first = try await console.read(from: 0)
            let body = ResponseBody { writer in
                var piece = first
                var offset: Int64 = -1
                let isGone = CancellationFlag()
                try await request.body.consumeWithInboundCloseHandler { _ in
                    while !isGone.isSet, !Task.isShuttingDownGracefully {
                        if !piece.text.isEmpty { try await writer.write(ByteBuffer(string: piece.text)) }
                        if piece.end == offset || piece.text.isEmpty {
                            guard isFollowed else { break }
                            try await Task.sleep(for: .milliseconds(500))
                        }
                        offset = piece.end
                        piece = try await console.read(from: offset)
                    }
                } onInboundClosed: {
                    isGone.set()
                }
                try await writer.finish(nil)
            }
            return Response(status: .ok, headers: [.contentType: "text/plain; charset=utf-8"], body: body)
        } catch {
            return failure(SkeinError.wrap(error, doing: "reading the console of \(node)"))
        }
    }
}
