import Basics
import Gossip

/// The membership machines of all hosts, in groups that hear each other.
struct SimulatedGossip {
    /// A datagram on its way.
    struct Datagram {
        let to: Int32
        let from: Int32
        let bytes: [UInt8]
    }

    /// A record whose signature is being checked.
    struct Check {
        let host: Int32
        let ticket: VerificationTicket
        let verdict: Membership.Verdict
    }

    var machines: [Membership?]
    var nextWakes: [Int64]
    /// Counts a host's wake-ups that were put off: an event of an earlier number is void.
    var wakeNumbers: [Int32]
    /// The group of each host.
    let groupOfHost: [Int32]
    let hostOfAddress: [PeerAddress: Int]
    var datagrams = Slots<Datagram>()
    var checks = Slots<Check>()
    var records = SharedRecords()
    var sentDatagrams: Int64 = 0
    /// With what sealing, UDP and IPv4 add.
    var sentBytes: Int64 = 0
    var outputs = Membership.Outputs()

    init(groupOfHost: [Int32]) {
        self.groupOfHost = groupOfHost
        machines = groupOfHost.map { _ in nil }
        nextWakes = groupOfHost.map { _ in .max }
        wakeNumbers = groupOfHost.map { _ in 0 }
        hostOfAddress = Dictionary(
            uniqueKeysWithValues: groupOfHost.indices.map { (SimulatedGossip.address($0), $0) })
    }

    func isOneGroup(_ a: Int, _ b: Int) -> Bool { groupOfHost[a] == groupOfHost[b] }

    func view(of peer: PeerID, by host: Int) -> MemberView? { machines[host]?.view(of: peer) }

    static func address(_ host: Int) -> PeerAddress {
        let number = host + 2
        return PeerAddress(
            ipv4: 10, UInt8(truncatingIfNeeded: number >> 16), UInt8(truncatingIfNeeded: number >> 8),
            UInt8(truncatingIfNeeded: number), port: 7411)
    }

    /// What sealing, UDP and IPv4 add to a datagram.
    static let overheadBytes = 61 + 16 + 28
    /// What checking a signature and a certificate takes, in nanoseconds.
    static let verification: Int64 = 300_000
}

/// Values that wait for an event, by number; numbers are used again.
struct Slots<Value> {
    private var values: [Value?] = []
    private var free: [Int32] = []

    mutating func add(_ value: Value) -> Int {
        if let place = free.popLast() {
            values[Int(place)] = value
            return Int(place)
        }
        values.append(value)
        return values.count - 1
    }

    mutating func take(_ place: Int) -> Value? {
        defer {
            values[place] = nil
            free.append(Int32(place))
        }
        return values[place]
    }
}
