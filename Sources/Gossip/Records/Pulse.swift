public import Basics

/// How a peer is: the body of a record of kind ``RecordKind/pulse``.
///
/// A pulse also carries the owner's incarnation, so that a refutation is a pulse, and its departure, so that nobody
/// else can declare it. Bytes after the known fields are ignored: later versions append theirs.
public struct Pulse: Hashable, Sendable {
    /// Memory that nodes may still use, in MiB.
    public var freeMemoryMiB: UInt32
    /// Memory that nodes may use in all, in MiB.
    public var totalMemoryMiB: UInt32
    public var vcpus: UInt16
    /// How many nodes (VMs) run here.
    public var nodeCount: UInt16
    /// What the host can receive, or nil when unknown.
    public var downForecast: BitRate?
    /// What the host can send, or nil when unknown.
    public var upForecast: BitRate?
    /// The load average of the last minute, in hundredths.
    public var loadHundredths: UInt16
    /// How many whole images the host holds; more than ``holdings`` names when those are too many.
    public var holdingCount: UInt16
    /// Whole images that the host holds, the most important first; at most 16.
    public var holdings: [ImageID]
    /// The mean error of those forecasts, in percent of the rate, or nil when unknown; at most 100.
    public var downErrorPercent: UInt8?
    public var upErrorPercent: UInt8?
    /// The owner's software, or nil when it does not say.
    public var version: SoftwareVersion?
    /// The owner's incarnation. ``Membership`` fills it in.
    public var incarnation: UInt64
    /// Whether the owner leaves. ``Membership`` fills it in.
    public var isLeaving: Bool

    /// Holdings beyond the limit are counted and not named.
    public init(
        freeMemoryMiB: UInt32 = 0, totalMemoryMiB: UInt32 = 0, vcpus: UInt16 = 0, nodeCount: UInt16 = 0,
        downForecast: BitRate? = nil, upForecast: BitRate? = nil, loadHundredths: UInt16 = 0, holdings: [ImageID] = []
    ) {
        self.freeMemoryMiB = freeMemoryMiB
        self.totalMemoryMiB = totalMemoryMiB
        self.vcpus = vcpus
        self.nodeCount = nodeCount
        self.downForecast = downForecast
        self.upForecast = upForecast
        self.loadHundredths = loadHundredths
        self.holdingCount = UInt16(clamping: holdings.count)
        self.holdings = Array(holdings.prefix(GossipLimits.holdings))
        self.downErrorPercent = nil
        self.upErrorPercent = nil
        self.version = nil
        self.incarnation = 0
        self.isLeaving = false
    }

    /// Takes over what is forecast for the host's link.
    public mutating func describe(down: RateForecast?, up: RateForecast?) {
        downForecast = down?.rate
        downErrorPercent = down?.errorPercent.map { min($0, Pulse.largestError) }
        upForecast = up?.rate
        upErrorPercent = up?.errorPercent.map { min($0, Pulse.largestError) }
    }

    static let format: UInt8 = 1
    static let leavingFlag: UInt8 = 1
    private static let largestError: UInt8 = 100
    private static let unknownError: UInt8 = 255

    public func encoded() -> [UInt8] {
        var writer = ByteWriter(capacity: 64 + holdings.count * Digest.byteCount)
        writer.write(Pulse.format)
        writer.write(isLeaving ? Pulse.leavingFlag : 0)
        writer.write(incarnation)
        writer.write(freeMemoryMiB)
        writer.write(totalMemoryMiB)
        writer.write(vcpus)
        writer.write(nodeCount)
        writer.write(UInt64(max(0, downForecast?.bitsPerSecond ?? 0)))
        writer.write(UInt64(max(0, upForecast?.bitsPerSecond ?? 0)))
        writer.write(loadHundredths)
        writer.write(holdingCount)
        let named = holdings.prefix(GossipLimits.holdings)
        writer.write(UInt8(named.count))
        for image in named { writer.write(image.digest) }
        // Who says none of this says it in no bytes.
        guard downErrorPercent != nil || upErrorPercent != nil || version != nil else { return writer.bytes }
        writer.write(downErrorPercent ?? Pulse.unknownError)
        writer.write(upErrorPercent ?? Pulse.unknownError)
        (version ?? .unknown).write(to: &writer)
        return writer.bytes
    }

    public init(decoding bytes: [UInt8]) throws(DecodeError) {
        var reader = ByteReader(bytes)
        let format = try reader.readUInt8()
        guard format == Pulse.format else { throw .unsupportedVersion(UInt64(format)) }
        isLeaving = try reader.readUInt8() & Pulse.leavingFlag != 0
        incarnation = try reader.readUInt64()
        guard incarnation <= GossipLimits.version else { throw .outOfRange("incarnation") }
        freeMemoryMiB = try reader.readUInt32()
        totalMemoryMiB = try reader.readUInt32()
        vcpus = try reader.readUInt16()
        nodeCount = try reader.readUInt16()
        downForecast = try Pulse.rate(reader.readUInt64())
        upForecast = try Pulse.rate(reader.readUInt64())
        loadHundredths = try reader.readUInt16()
        holdingCount = try reader.readUInt16()
        let count = Int(try reader.readUInt8())
        guard count <= GossipLimits.holdings else { throw .outOfRange("holdings of a pulse") }
        holdings = []
        for _ in 0..<count { holdings.append(ImageID(try reader.readDigest())) }
        // Pulses of the first version end here; a part of what follows is as good as nothing.
        let isComplete = reader.remaining >= 2 + SoftwareVersion.byteCount
        downErrorPercent = isComplete ? Pulse.error(try reader.readUInt8()) : nil
        upErrorPercent = isComplete ? Pulse.error(try reader.readUInt8()) : nil
        version = isComplete ? try SoftwareVersion(from: &reader) : nil
    }

    private static func error(_ raw: UInt8) -> UInt8? { raw <= largestError ? raw : nil }

    private static func rate(_ raw: UInt64) throws(DecodeError) -> BitRate? {
        guard let bits = Int64(exactly: raw) else { throw .outOfRange("forecast") }
        return bits == 0 ? nil : BitRate(bitsPerSecond: bits)
    }
}

extension Pulse {
    /// Small changes are not worth a message to every peer: a sixteenth of the memory, an eighth of a rate, a load of
    /// a quarter of the processors.
    func change(since old: Pulse) -> PulseChange {
        // The first forecasts are what plans of this host's group wait for; later ones only get better.
        if (downForecast != nil && old.downForecast == nil) || (upForecast != nil && old.upForecast == nil) {
            return .prompt
        }
        if holdings != old.holdings || holdingCount != old.holdingCount || nodeCount != old.nodeCount
            || totalMemoryMiB != old.totalMemoryMiB || vcpus != old.vcpus
        {
            return .prompt
        }
        let memory =
            freeMemoryMiB > old.freeMemoryMiB
            ? freeMemoryMiB - old.freeMemoryMiB : old.freeMemoryMiB - freeMemoryMiB
        let load = abs(Int(loadHundredths) - Int(old.loadHundredths))
        if memory > totalMemoryMiB / 16 || load > max(50, Int(vcpus) * 25)
            || Pulse.differ(downForecast, old.downForecast) || Pulse.differ(upForecast, old.upForecast)
        {
            return .quiet
        }
        return .none
    }

    private static func differ(_ a: BitRate?, _ b: BitRate?) -> Bool {
        guard let a, let b else { return a != b }
        let (low, high) = a < b ? (a.bitsPerSecond, b.bitsPerSecond) : (b.bitsPerSecond, a.bitsPerSecond)
        return high - low > low / 8
    }
}
