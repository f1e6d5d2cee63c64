import Basics
import Foundation
import Glibc
import Lab

/// TCP between network namespaces: each end is a thread that enters the namespace before it opens its socket.
enum Sockets {
    struct Failure: Error { let call: String; let code: Int32 }

    /// Sends bytes from one namespace to another and returns the seconds from the first byte to the last.
    static func transfer(bytes: Int, from: String, to: String, at address: String) async throws -> Double {
        let ready = AsyncStream.makeStream(of: Void.self)
        async let seconds = inNamespace(to) { try receive(address: address) { ready.continuation.finish() } }
        for await _ in ready.stream {}
        try await inNamespace(from) { try send(bytes: bytes, to: address) }
        let (received, duration) = try await seconds
        guard received == bytes else { throw Failure(call: "received \(received)", code: 0) }
        return duration
    }

    /// Whether a host is reached at all.
    static func reaches(from: String, to: String, at address: String) async -> Bool {
        (try? await transfer(bytes: 1, from: from, to: to, at: address)) != nil
    }

    private static func inNamespace<Value: Sendable>(
        _ namespace: String, _ body: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(
                    with: Result {
                        let descriptor = open(NetworkPlan.path(ofNamespace: namespace), O_RDONLY | O_CLOEXEC)
                        guard descriptor >= 0 else { throw Failure(call: "open", code: errno) }
                        defer { _ = close(descriptor) }
                        // The thread ends after this, so nothing else ever runs in the namespace.
                        guard enterNetwork(descriptor) == 0 else { throw Failure(call: "setns", code: errno) }
                        return try body()
                    })
            }
        }
    }

    /// setns(2) for a network namespace, which glibc's Swift module does not show.
    private static func enterNetwork(_ descriptor: Int32) -> Int32 {
        let cloneNewNet: Int32 = 0x4000_0000
        guard let symbol = dlsym(dlopen(nil, RTLD_NOW), "setns") else { return -1 }
        return unsafeBitCast(symbol, to: (@convention(c) (Int32, Int32) -> Int32).self)(descriptor, cloneNewNet)
    }

    private static func receive(address: String, whenReady: () -> Void) throws -> (bytes: Int, seconds: Double) {
        defer { whenReady() }
        let listener = try makeSocket()
        defer { _ = close(listener) }
        try check("bind", withAddress(address) { bind(listener, $0, $1) })
        try check("listen", listen(listener, 1))
        whenReady()
        let connection = accept(listener, nil, nil)
        try check("accept", connection)
        defer { _ = close(connection) }
        var buffer = [UInt8](repeating: 0, count: 1 << 17)
        var total = 0
        var started: ContinuousClock.Instant?
        while true {
            let count = recv(connection, &buffer, buffer.count, 0)
            try check("recv", Int32(truncatingIfNeeded: count))
            if started == nil { started = .now }
            if count == 0 { break }
            total += count
        }
        return (total, started.map { (ContinuousClock.now - $0).inSeconds } ?? 0)
    }

    private static func send(bytes: Int, to address: String) throws {
        let socket = try makeSocket()
        defer { _ = close(socket) }
        try check("connect", withAddress(address) { connect(socket, $0, $1) })
        let buffer = [UInt8](repeating: 7, count: 1 << 17)
        var left = bytes
        while left > 0 {
            let count = Glibc.send(socket, buffer, min(left, buffer.count), Int32(MSG_NOSIGNAL))
            try check("send", Int32(truncatingIfNeeded: count))
            left -= count
        }
    }

    private static func makeSocket() throws -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        try check("socket", descriptor)
        var patience = timeval(tv_sec: 10, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(descriptor, SOL_SOCKET, option, &patience, socklen_t(MemoryLayout<timeval>.size))
        }
        return descriptor
    }

    private static func withAddress(
        _ text: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(5001).bigEndian
        inet_pton(AF_INET, text, &address.sin_addr)
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
    }

    private static func check(_ call: String, _ result: Int32) throws {
        guard result >= 0 else { throw Failure(call: call, code: errno) }
    }
}
