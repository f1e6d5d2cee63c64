import Basics
import Gossip

/// One peer as `skein peers` shows it.
public struct PeerRow: Codable, Sendable {
    public var peer: String
    public var name: String
    public var address: String
    public var site: String
    public var rack: String
    /// alive, suspect, dead or left.
    public var state: String
    public var isSelf: Bool
    public var freeMemoryMiB: Int64
    public var nodes: Int
    /// Images it holds whole.
    public var images: [String]
    /// What it says that its link carries, in bits of payload a second, and the mean error of that in percent; nil
    /// when unknown.
    public var upBitsPerSecond: Int64?
    public var upErrorPercent: Int?
    public var downBitsPerSecond: Int64?
    public var downErrorPercent: Int?
    /// The load average of its last minute; nil before its first pulse.
    public var load: Double?
    /// The smoothed round trip of this peer's own probes, in seconds; nil until one was answered.
    public var roundTrip: Double?
    /// Its software; nil when it does not say.
    public var version: String?
}

extension PeerRow {
    init(_ member: MemberView) {
        let pulse = member.pulse
        self.init(
            peer: member.id.description, name: member.name, address: "\(member.address)", site: member.site,
            rack: member.rack, state: "\(member.state)", isSelf: member.isSelf,
            freeMemoryMiB: Int64(pulse?.freeMemoryMiB ?? 0), nodes: Int(pulse?.nodeCount ?? 0),
            images: pulse?.holdings.map(\.description) ?? [],
            upBitsPerSecond: pulse?.upForecast?.bitsPerSecond, upErrorPercent: pulse?.upErrorPercent.map(Int.init),
            downBitsPerSecond: pulse?.downForecast?.bitsPerSecond,
            downErrorPercent: pulse?.downErrorPercent.map(Int.init),
            load: pulse.map { Double($0.loadHundredths) / 100 }, roundTrip: member.roundTrip?.inSeconds,
            version: pulse?.version?.description)
    }
}
