import Basics
import Gossip

/// One link that hosts share, as `skein peers` shows it: what those behind it measured.
public struct LinkRow: Codable, Sendable, Hashable {
    /// rack, site, or between (two sites).
    public var kind: String
    /// The site, or the site and the rack with `/` between.
    public var from: String
    /// The other site, or the site of the rack; nil for the link of a site to all others.
    public var to: String?
    /// What it carries out of `from`, in bits of payload a second; nil when no host could show it.
    public var upBitsPerSecond: Int64?
    /// The same into `from`.
    public var downBitsPerSecond: Int64?
    /// Hosts whose measurements count.
    public var observers: Int
    /// Seconds since the newest was made.
    public var age: Int64
}

extension LinkRow {
    /// - Parameter now: seconds since 1970.
    init(_ link: LinkRate, now: UInt64) {
        let (kind, from, to): (String, String, String?) =
            switch link.link {
            case .rack(let site, let rack): ("rack", "\(site)/\(rack)", site)
            case .site(let site): ("site", site, nil)
            case .between(let first, let second): ("between", first, second)
            }
        self.init(
            kind: kind, from: from, to: to, upBitsPerSecond: link.up?.bitsPerSecond,
            downBitsPerSecond: link.down?.bitsPerSecond, observers: link.observers,
            age: Int64(clamping: now - min(now, link.measured)))
    }
}
