import Basics
import Glibc

/// A blocking TCP socket of the relay.
struct RelaySocket: ~Copyable {
    /// Bytes that one call reads or writes.
    static let blockBytes = 256 << 10

    private let descriptor: Int32

    private init(descriptor: Int32) { self.descriptor = descriptor }

    deinit { _ = close(descriptor) }

    /// Waits for one connection on a port of any address.
    static func accept(port: UInt16) throws(SkeinError) -> RelaySocket {
        let doing = "listening on port \(port)"
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard listener >= 0 else { throw failure(doing) }
        defer { _ = close(listener) }
        var one: Int32 = 1
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
        var address = address(in_addr(s_addr: 0), port)
        let isBound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard isBound, listen(listener, 1) == 0 else { throw failure(doing) }
        let connection = Glibc.accept(listener, nil, nil)
        guard connection >= 0 else { throw failure(doing) }
        return RelaySocket(descriptor: connection)
    }

    /// Connects, and tries again for some seconds: the other end may not listen yet.
    static func connect(to host: String, port: UInt16, patience seconds: Int = 5) throws(SkeinError) -> RelaySocket {
        let doing = "connecting to \(host):\(port)"
        var target = in_addr()
        guard inet_pton(AF_INET, host, &target) == 1 else {
            throw SkeinError(.usage, doing: doing, cause: "'\(host)' is no IPv4 address")
        }
        for attempt in 0... {
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
            guard descriptor >= 0 else { throw failure(doing) }
            var address = address(target, port)
            let isConnected = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
                }
            }
            if isConnected { return RelaySocket(descriptor: descriptor) }
            _ = close(descriptor)
            guard attempt < seconds * 20 else { break }
            usleep(50_000)
        }
        throw failure(doing)
    }

    /// Reads what is there, at least one byte; 0 at the end.
    func read(into buffer: inout [UInt8]) throws(SkeinError) -> Int {
        while true {
            let count = buffer.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress, $0.count, 0) }
            if count >= 0 { return count }
            // A connection that was cut is at its end, too.
            if errno == ECONNRESET { return 0 }
            guard errno == EINTR else { throw Self.failure("receiving") }
        }
    }

    /// Writes all; false when the other end is gone.
    func write(_ bytes: ArraySlice<UInt8>) -> Bool {
        var rest = bytes
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    private static func address(_ host: in_addr, _ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr = host
        return address
    }

    private static func failure(_ doing: String) -> SkeinError {
        SkeinError(.unreachable, doing: doing, cause: String(cString: strerror(errno)))
    }
}
