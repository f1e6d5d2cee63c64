import Basics
import Glibc
import NIOCore

/// Counts all that goes over this host's link, whoever sends it: the kernel's counters of its network interfaces.
struct HostTraffic: Sendable, Hashable {
    /// Bytes since the host started, headers included.
    struct Count: Sendable, Hashable {
        var up: Int64
        var down: Int64
    }

    let interfaces: [String]

    /// The interfaces behind an address of this host; nil for loopback, and when it has no such address.
    ///
    /// Guests may share the host's link through a bridge: then what counts is the bridge's own way out.
    init?(carrying address: SocketAddress) {
        guard let ip = address.ipAddress, let name = Self.interface(with: ip), name != "lo" else { return nil }
        let ports = Self.devices(ofBridge: name)
        interfaces = ports.isEmpty ? [name] : ports
    }

    /// What the counters say now; nil when an interface is gone. A short read of a file that is no file: not for hot paths.
    func count() -> Count? {
        guard let text = Self.read("/proc/self/net/dev") else { return nil }
        return Self.count(of: interfaces, in: text)
    }

    static func count(of interfaces: [String], in text: String) -> Count? {
        var sum = Count(up: 0, down: 0)
        var found = 0
        for line in text.split(separator: "\n") {
            guard let colon = line.firstIndex(of: ":"),
                interfaces.contains(line[..<colon].trimmingPrefix { $0 == " " }.description)
            else { continue }
            let fields = line[line.index(after: colon)...].split(separator: " ")
            guard fields.count > 8, let down = Int64(fields[0]), let up = Int64(fields[8]) else { return nil }
            sum.down += down
            sum.up += up
            found += 1
        }
        return found == interfaces.count ? sum : nil
    }

    private static func interface(with ip: String) -> String? {
        let devices = try? System.enumerateDevices()
        return devices?.first { $0.address?.ipAddress == ip }?.name
    }

    /// Ports of a bridge that are hardware, not guests.
    private static func devices(ofBridge name: String) -> [String] {
        guard let directory = opendir("/sys/class/net/\(name)/brif") else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory), names.count < 64 {
            let port = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !port.hasPrefix("."), access("/sys/class/net/\(port)/device", F_OK) == 0 { names.append(port) }
        }
        return names.sorted()
    }

    /// A host has a line of about 120 bytes for each of its interfaces, guests' taps included.
    private static let mostBytes = 1 << 20

    private static func read(_ path: String) -> String? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        while bytes.count < mostBytes {
            let count = Glibc.read(file, &buffer, buffer.count)
            guard count >= 0 else { return nil }
            if count == 0 { return String(decoding: bytes, as: UTF8.self) }
            bytes += buffer[..<count]
        }
        return nil
    }
}
