public import Basics

/// A plain TCP relay: what a distribution over TCP can reach at best, without hashing, encryption or storing.
///
/// Each role is one process; `skein lab relay` runs them inside the hosts of a lab.
public enum Relay {
    /// Sends for some seconds, then ends the connection.
    public static func source(to host: String, port: UInt16, seconds: Double) throws(SkeinError) {
        let socket = try RelaySocket.connect(to: host, port: port)
        var random = RandomSource(seed: 1)
        let block = random.bytes(RelaySocket.blockBytes)[...]
        let deadline = ContinuousClock.now + .seconds(seconds)
        while ContinuousClock.now < deadline, socket.write(block) {}
    }

    /// Passes on what one connection brings, until it ends.
    public static func forward(port: UInt16, to host: String, nextPort: UInt16) throws(SkeinError) {
        let next = try RelaySocket.connect(to: host, port: nextPort)
        let socket = try RelaySocket.accept(port: port)
        var buffer = [UInt8](repeating: 0, count: RelaySocket.blockBytes)
        while case let count = try socket.read(into: &buffer), count > 0, next.write(buffer[..<count]) {}
    }

    /// Takes one connection to its end and measures it once it flows evenly.
    ///
    /// - Parameter warmUp: seconds after the first byte that do not count: buffers and buckets fill.
    /// - Returns: bytes per second.
    public static func sink(port: UInt16, warmUp: Double) throws(SkeinError) -> Double {
        let socket = try RelaySocket.accept(port: port)
        var buffer = [UInt8](repeating: 0, count: RelaySocket.blockBytes)
        var start: ContinuousClock.Instant?
        var counted: (from: ContinuousClock.Instant, bytes: Int)?
        var last = ContinuousClock.now
        while case let count = try socket.read(into: &buffer), count > 0 {
            last = .now
            let first = start ?? last
            start = first
            if let from = counted {
                counted = (from.from, from.bytes + count)
            } else if last - first >= .seconds(warmUp) {
                counted = (last, 0)
            }
        }
        guard let counted, last > counted.from else { return 0 }
        return Double(counted.bytes) / ((last - counted.from) / .seconds(1))
    }
}
