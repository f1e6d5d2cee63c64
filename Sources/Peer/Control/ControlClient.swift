import AsyncHTTPClient
public import Basics
import Foundation
import Glibc
import NIOCore
import NIOHTTP1

/// Speaks the control API (``ControlAPI``) to the peer on this machine over its unix socket.
///
/// Every call opens a connection of its own. Cancelling the task that runs a call closes that connection, and the
/// peer then cancels the work.
public struct ControlClient: Sendable {
    /// The socket of a peer that was configured without a path.
    public static let standardSocket = "/run/skein/skein.sock"
    /// The longest line of an event stream: an `up` report of the largest cluster fits.
    public static let lineBytes = 16 << 20
    /// The largest answer that is not a stream.
    public static let answerBytes = 64 << 20
    /// How long a peer may take to begin an answer that needs no long work.
    static let answerSeconds: Int64 = 60

    public let socket: String

    public init(socket: String = ControlClient.standardSocket) { self.socket = socket }

    /// GET of one JSON value.
    public func get<Value: Decodable & Sendable>(
        _ path: String, as type: Value.Type = Value.self
    ) async throws(SkeinError) -> Value {
        var body = LineBuffer(limit: ControlClient.answerBytes)
        try await exchange(.GET, path, body: nil, deadline: .now() + .seconds(ControlClient.answerSeconds)) {
            bytes throws(SkeinError) in
            guard body.append(bytes) else { throw self.failure(path, "the answer is too long") }
        }
        return try decode(body.rest, path)
    }

    /// Runs a long operation: `receive` gets every event but the last, which is the result.
    ///
    /// A failed operation is thrown as the peer's own error; `receive` has got its event (with what was done) before.
    public func run(
        _ operation: ControlOperation, receive: (ControlEvent) -> Void
    ) async throws(SkeinError) -> ControlEvent {
        var buffer = LineBuffer(limit: ControlClient.lineBytes)
        var last: ControlEvent?
        try await exchange(operation.method, operation.path, body: try operation.body(), deadline: .distantFuture) {
            bytes throws(SkeinError) in
            guard buffer.append(bytes) else { throw self.failure(operation.path, "a line of the answer is too long") }
            while let line = buffer.nextLine() {
                guard !line.isEmpty else { continue }
                let event: ControlEvent = try self.decode(line, operation.path)
                switch event.kind {
                case .progress, .message, .warning: receive(event)
                case .result, .failed: last = event
                }
            }
        }
        guard let last else {
            throw SkeinError(
                .unreachable, doing: operation.doing, cause: "the peer closed the connection before the work was done",
                next: "look at the peer's log, then at what stands: skein status, skein ps")
        }
        if last.kind == .failed {
            receive(last)
            throw last.error?.error
                ?? SkeinError(.internal, doing: operation.doing, cause: "the peer says that it failed and not why")
        }
        return last
    }

    /// GET of text that may not end: `receive` gets its bytes as they come.
    public func stream(_ path: String, receive: ([UInt8]) -> Void) async throws(SkeinError) {
        try await exchange(.GET, path, body: nil, deadline: .distantFuture) { bytes throws(SkeinError) in
            receive(bytes)
        }
    }

    /// Text as one part of a path or a query value. `@` and `:` mean nothing special in either and stay readable.
    public static func escape(_ text: String) -> String {
        let plain = CharacterSet(charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~@:")
        return text.addingPercentEncoding(withAllowedCharacters: plain) ?? ""
    }

    /// Text in the place of a host, where `@` and `:` would end a user name or begin a port.
    private static func escapeHost(_ text: String) -> String {
        escape(text).replacing("@", with: "%40").replacing(":", with: "%3A")
    }

    // MARK: One request

    private func exchange(
        _ method: HTTPMethod, _ path: String, body: [UInt8]?, deadline: NIODeadline,
        receive: ([UInt8]) throws(SkeinError) -> Void
    ) async throws(SkeinError) {
        try ControlSocket.probe(socket)
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.timeout.connect = .seconds(10)
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await send(method, path, body, deadline, with: client, receive: receive))
        } catch {
            outcome = .failure(error)
        }
        // A failed shutdown leaves nothing that a process about to move on could act on.
        try? await client.shutdown()
        if case .failure(let error) = outcome { throw translate(error, path) }
        if Task.isCancelled { throw cancelled(path) }
    }

    private func send(
        _ method: HTTPMethod, _ path: String, _ body: [UInt8]?, _ deadline: NIODeadline, with client: HTTPClient,
        receive: ([UInt8]) throws(SkeinError) -> Void
    ) async throws {
        let host = ControlClient.escapeHost(socket)
        var request = HTTPClientRequest(url: "http+unix://\(host)/\(ControlAPI.version)\(path)")
        request.method = method
        if let body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(bytes: body))
        }
        let response = try await client.execute(request, deadline: deadline)
        guard response.status == .ok else {
            let answer = try await response.body.collect(upTo: ControlClient.lineBytes)
            throw refusal(Array(answer.readableBytesView), status: response.status, path)
        }
        for try await part in response.body { try receive(Array(part.readableBytesView)) }
    }

    // MARK: Errors

    private func refusal(_ bytes: [UInt8], status: HTTPResponseStatus, _ path: String) -> SkeinError {
        if let report = try? JSONDecoder().decode(ErrorReport.self, from: Data(bytes)) { return report.error }
        return failure(path, "the peer answers \(status.code) \(status.reasonPhrase)")
    }

    private func decode<Value: Decodable>(_ bytes: [UInt8], _ path: String) throws(SkeinError) -> Value {
        do {
            return try JSONDecoder().decode(Value.self, from: Data(bytes))
        } catch {
            throw failure(path, "the answer is not what this skein understands")
        }
    }

    private func translate(_ error: any Error, _ path: String) -> SkeinError {
        if let error = error as? SkeinError { return error }
        if error is CancellationError || Task.isCancelled { return cancelled(path) }
        if let error = error as? HTTPClientError, error == .cancelled { return cancelled(path) }
        return SkeinError(
            .unreachable, doing: "asking the peer at \(socket)", cause: "\(error)",
            next: "look at the peer's log; skein doctor finds the usual causes")
    }

    private func cancelled(_ path: String) -> SkeinError {
        SkeinError(.cancelled, doing: "asking the peer at \(socket)", cause: "cancelled")
    }

    private func failure(_ path: String, _ cause: String) -> SkeinError {
        SkeinError(
            .internal, doing: "asking the peer at \(socket) for \(path)", cause: cause,
            next: "the peer may be of another version: compare skein --version with skein status")
    }
}
