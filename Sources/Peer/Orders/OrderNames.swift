import Basics
import Trust

/// What the orders of a bundle name again and again: peers and publishers, each once.
///
/// Targets of a rack have nearly the same peers above them: an order has 2 kB by itself and a quarter of that in a bundle.
struct OrderNames {
    private(set) var publishers: [CertificateChain] = []
    private(set) var peers: [PeerID] = []
    private var places: [PeerID: UInt16] = [:]

    static let chainBytes = 2 * TrustLimits.certificateBytes + 4
    private static let publisherCount = 255
    private static let peerCount = 65_535

    /// Those of some orders; nil when they are too many for one bundle.
    init?(of orders: [SignedOrder]) {
        for signed in orders {
            if !publishers.contains(signed.order.publisher) { publishers.append(signed.order.publisher) }
            for peer in signed.order.peers where places[peer] == nil {
                guard peers.count < Self.peerCount else { return nil }
                places[peer] = UInt16(peers.count)
                peers.append(peer)
            }
        }
        guard publishers.count <= Self.publisherCount else { return nil }
    }

    func place(of publisher: CertificateChain) -> UInt8 {
        UInt8(clamping: publishers.firstIndex(of: publisher) ?? 0)
    }

    func place(of peer: PeerID) -> UInt16 { places[peer] ?? 0 }

    func publisher(at place: UInt8) throws(DecodeError) -> CertificateChain {
        guard publishers.indices.contains(Int(place)) else { throw .outOfRange("publisher") }
        return publishers[Int(place)]
    }

    func peer(at place: UInt16) throws(DecodeError) -> PeerID {
        guard peers.indices.contains(Int(place)) else { throw .outOfRange("peer") }
        return peers[Int(place)]
    }

    func write(to writer: inout ByteWriter) {
        writer.write(UInt8(publishers.count))
        for publisher in publishers { writer.write(field16: publisher.encoded()) }
        writer.write(UInt16(peers.count))
        for peer in peers { writer.write(peer.digest) }
    }

    init(from reader: inout ByteReader) throws(DecodeError) {
        for _ in 0..<(try reader.readUInt8()) {
            publishers.append(try CertificateChain(decoding: try reader.readField16(limit: Self.chainBytes)))
        }
        for _ in 0..<(try reader.readUInt16()) { peers.append(PeerID(try reader.readDigest())) }
    }
}
