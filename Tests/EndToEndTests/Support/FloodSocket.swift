import CNamespaceSocket
import Foundation
import Lab

/// Sends datagrams from one host of a lab to the peer of another, no faster than that peer's socket takes them.
struct FloodSocket {
    private let descriptor: Int32
    private var target = sockaddr_in()
    private let process: Int32
    /// Of the peer that is flooded.
    private let log: String

    private static let port: UInt16 = 7411
    /// The socket of a peer holds more; a flood that overran it would lose its datagrams before they did anything.
    private static let queueBytes = 256 << 10
    private static let batch = 64

    init(_ lab: TestLab, from: String, to: String) throws {
        let source = try lab.host(from)
        let goal = try lab.host(to)
        guard let process = goal.process else { throw TestFailure("\(to) has no peer") }
        self.process = process
        log = goal.log
        descriptor = namespace_udp_socket("/run/netns/\(source.namespace)")
        guard descriptor >= 0 else {
            throw TestFailure("no socket in \(from): \(String(cString: strerror(-descriptor)))")
        }
        target.sin_family = sa_family_t(AF_INET)
        target.sin_port = FloodSocket.port.bigEndian
        guard inet_pton(AF_INET, goal.address, &target.sin_addr) == 1 else {
            throw TestFailure("\(goal.address) is no address")
        }
    }

    func close() { Glibc.close(descriptor) }

    /// Sends one; waits first, every some datagrams, until the peer has read what came before.
    func send(_ bytes: [UInt8], number: Int) throws {
        if number % FloodSocket.batch == 0 {
            while try queuedBytes() > FloodSocket.queueBytes { usleep(500) }
        }
        var target = target
        let sent = withUnsafePointer(to: &target) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(descriptor, bytes, bytes.count, 0, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard sent == bytes.count || errno == ENOBUFS || errno == ECONNREFUSED else {
            throw TestFailure("sending: \(String(cString: strerror(errno)))")
        }
    }

    /// What the peer answered so far.
    func receive() -> [[UInt8]] {
        var answers: [[UInt8]] = []
        var buffer = [UInt8](repeating: 0, count: 2048)
        while answers.count < FloodSocket.batch {
            let count = recv(descriptor, &buffer, buffer.count, CInt(MSG_DONTWAIT))
            guard count >= 0 else { break }
            answers.append(Array(buffer[..<count]))
        }
        return answers
    }

    /// What waits in the peer's socket.
    private func queuedBytes() throws -> Int {
        let suffix = ":" + String(FloodSocket.port, radix: 16, uppercase: true)
        for line in text("net/udp").split(separator: "\n").dropFirst() {
            let fields = line.split(separator: " ")
            guard fields.count > 4, fields[1].hasSuffix(suffix) else { continue }
            return Int(fields[4].split(separator: ":").last ?? "", radix: 16) ?? 0
        }
        throw TestFailure("the peer has no socket; its log ends: \(TestFiles.text(log).suffix(3000))")
    }

    /// A file about the peer's process, read to its end: the kernel gives such files in pieces.
    private func text(_ name: String) -> String {
        let file = open("/proc/\(process)/\(name)", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return "" }
        defer { Glibc.close(file) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            let count = read(file, &piece, piece.count)
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes += piece[..<count]
        }
    }

    /// Datagrams that came into the peer's namespace, and those that its socket had no room for.
    func arrivals() throws -> (taken: Int, dropped: Int) {
        let lines = text("net/snmp").split(separator: "\n").filter { $0.hasPrefix("Udp:") }
        guard lines.count == 2 else { throw TestFailure("the peer has no network: it has died") }
        let names = lines[0].split(separator: " ")
        let values = lines[1].split(separator: " ")
        func value(_ name: Substring) -> Int {
            names.firstIndex(of: name).flatMap { Int(values[$0]) } ?? 0
        }
        return (value("InDatagrams"), value("RcvbufErrors"))
    }

    /// The most of a few samples of the peer's resident memory, in KiB.
    func residentKiB() async throws -> Int {
        var most = 0
        for _ in 0..<5 {
            let line = text("status").split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
            guard
                let value = line?.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap({
                    Int($0)
                })
            else { throw TestFailure("the peer has died") }
            most = max(most, value)
            try await Task.sleep(for: .milliseconds(200))
        }
        return most
    }
}
