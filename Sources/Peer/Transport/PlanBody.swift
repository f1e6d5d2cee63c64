public import Basics
public import Pipeline

/// The body of a `plan` frame, and the answer to the request `plan`: what a peer knows of who takes part in an install.
public struct PlanBody: Hashable, Sendable {
    public var image: ImageID
    /// What the plan was made of at first; nil when only news are told.
    public var inputs: PlanInputs?
    public var news: PlanNews

    public init(image: ImageID, inputs: PlanInputs? = nil, news: PlanNews) {
        self.image = image
        self.inputs = inputs
        self.news = news
    }

    /// Where hosts are, each place once.
    private struct Place: Hashable {
        let site: String
        let rack: String
    }

    public init(decoding bytes: [UInt8]) throws(DecodeError) {
        var reader = ByteReader(bytes)
        image = ImageID(try reader.readDigest())
        let hasInputs = try reader.readUInt8()
        guard hasInputs <= 1 else { throw .malformed("a plan has inputs or none") }
        var places: [Place] = []
        for _ in 0..<(try reader.readUInt16()) {
            places.append(
                Place(
                    site: try reader.readText(limit: FormatLimits.nameBytes),
                    rack: try reader.readText(limit: FormatLimits.nameBytes)))
        }
        guard Set(places).count == places.count else { throw .malformed("a place is named twice") }
        inputs = hasInputs == 1 ? try PlanBody.inputs(&reader, places) : nil
        news = PlanNews()
        for _ in 0..<(try reader.readUInt16()) {
            let peer = PeerID(try reader.readDigest())
            let version = try reader.readUInt32()
            let state: PlanChange.State
            switch try reader.readUInt8() {
            case 0: state = .gone
            case 1: state = .here(try PlanBody.host(&reader, places, peer: peer))
            default: throw .malformed("a peer is here or gone")
            }
            news.changes.append(PlanChange(peer: peer, version: version, state: state))
        }
        for _ in 0..<(try reader.readUInt16()) { news.sightings.append(try PlanBody.sighting(&reader)) }
        try reader.finish()
        guard encoded() == bytes else { throw .malformed("a plan is not written as it should be") }
    }

    public func encoded() -> [UInt8] {
        var hosts = inputs?.hosts ?? []
        for change in news.changes {
            if case .here(let host) = change.state { hosts.append(host) }
        }
        var places: [Place: UInt16] = [:]
        var order: [Place] = []
        func add(_ place: Place) {
            guard places[place] == nil else { return }
            places[place] = UInt16(order.count)
            order.append(place)
        }
        for host in hosts { add(Place(site: host.site, rack: host.rack)) }
        for link in inputs?.links ?? [] { add(Place(site: link.site, rack: link.rack ?? "")) }
        var writer = ByteWriter(capacity: 64 + hosts.count * 64)
        writer.write(image.digest)
        writer.write(UInt8(inputs == nil ? 0 : 1))
        writer.write(UInt16(order.count))
        for place in order {
            writer.write(text: place.site)
            writer.write(text: place.rack)
        }
        func write(_ host: PlanInputs.Host) {
            writer.write(places[Place(site: host.site, rack: host.rack)] ?? 0)
            writer.write(UInt64(host.up ?? 0))
            writer.write(UInt64(host.down ?? 0))
            writer.write(UInt32(clamping: host.joined))
            writer.write(UInt8(host.isHolder ? 1 : 0))
            writer.write(UInt16(clamping: host.row))
        }
        if let inputs {
            writer.write(UInt64(inputs.bytes))
            writer.write(UInt32(inputs.unitBytes))
            writer.write(UInt16(inputs.links.count))
            for link in inputs.links {
                writer.write(places[Place(site: link.site, rack: link.rack ?? "")] ?? 0)
                writer.write(UInt8(link.rack == nil ? 0 : 1))
                writer.write(UInt64(link.up ?? 0))
                writer.write(UInt64(link.down ?? 0))
            }
            writer.write(UInt16(inputs.hosts.count))
            for host in inputs.hosts {
                writer.write(host.peer.digest)
                write(host)
            }
        }
        writer.write(UInt16(news.changes.count))
        for change in news.changes {
            writer.write(change.peer.digest)
            writer.write(change.version)
            switch change.state {
            case .gone: writer.write(UInt8(0))
            case .here(let host):
                writer.write(UInt8(1))
                write(host)
            }
        }
        writer.write(UInt16(news.sightings.count))
        for sighting in news.sightings {
            writer.write(sighting.inputs)
            writer.write(UInt16(sighting.observer))
            writer.write(UInt8(clamping: sighting.version))
            writer.write(UInt8(sighting.echoes.count))
            for echo in sighting.echoes {
                writer.write(UInt16(echo.place))
                writer.write(echo.level.rawValue)
            }
        }
        return writer.bytes
    }

    private static func sighting(_ reader: inout ByteReader) throws(DecodeError) -> PlaceSighting {
        let inputs = try reader.readUInt64()
        let observer = Int(try reader.readUInt16())
        let version = UInt32(try reader.readUInt8())
        let count = Int(try reader.readUInt8())
        guard count <= PipelineLimits.echoes else { throw .outOfRange("echoes") }
        var echoes: [PlaceSighting.Echo] = []
        for _ in 0..<count {
            let place = Int(try reader.readUInt16())
            guard place > echoes.last?.place ?? -1 else { throw .malformed("echoes are in order, each once") }
            echoes.append(
                PlaceSighting.Echo(place: place, level: EchoLevel(rawValue: try reader.readUInt8())))
        }
        return PlaceSighting(inputs: inputs, observer: observer, version: version, echoes: echoes)
    }

    private static func inputs(_ reader: inout ByteReader, _ places: [Place]) throws(DecodeError) -> PlanInputs {
        let total = try reader.readUInt64()
        let unit = try reader.readUInt32()
        guard total <= UInt64(FormatLimits.partBytes), unit > 0, unit <= UInt32(FormatLimits.chunkBytes) else {
            throw .outOfRange("sizes of a plan")
        }
        var links: [PlanInputs.SharedLink] = []
        for _ in 0..<(try reader.readUInt16()) {
            let place = try PlanBody.place(&reader, places)
            let isRack = try reader.readUInt8() == 1
            links.append(
                PlanInputs.SharedLink(
                    site: place.site, rack: isRack ? place.rack : nil, up: try rate(&reader), down: try rate(&reader)))
        }
        var hosts: [PlanInputs.Host] = []
        for _ in 0..<(try reader.readUInt16()) {
            let peer = PeerID(try reader.readDigest())
            hosts.append(try host(&reader, places, peer: peer))
        }
        return PlanInputs(hosts: hosts, links: links, bytes: Int(total), unitBytes: Int(unit))
    }

    private static func host(
        _ reader: inout ByteReader, _ places: [Place], peer: PeerID
    ) throws(DecodeError) -> PlanInputs.Host {
        let place = try place(&reader, places)
        let (up, down) = (try rate(&reader), try rate(&reader))
        let joined = try reader.readUInt32()
        let isHolder = try reader.readUInt8()
        guard isHolder <= 1 else { throw .malformed("a host holds the image or does not") }
        let row = try reader.readUInt16()
        return PlanInputs.Host(
            peer: peer, up: up, down: down, site: place.site, rack: place.rack, isHolder: isHolder == 1,
            joined: Int(joined), row: Int(row))
    }

    private static func place(_ reader: inout ByteReader, _ places: [Place]) throws(DecodeError) -> Place {
        let number = Int(try reader.readUInt16())
        guard number < places.count else { throw .outOfRange("place") }
        return places[number]
    }

    private static func rate(_ reader: inout ByteReader) throws(DecodeError) -> Int? {
        let rate = try reader.readUInt64()
        guard rate <= 1 << 40 else { throw .outOfRange("rate") }
        return rate == 0 ? nil : Int(rate)
    }
}
