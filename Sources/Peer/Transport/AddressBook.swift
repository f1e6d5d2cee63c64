import Basics
import Glibc
import Gossip
import NIOCore

/// The addresses of a configuration, looked up.
struct AddressBook: Sendable {
    /// Where both sockets are bound.
    let listen: SocketAddress
    /// What other peers are told.
    let advertised: PeerAddress
    let seeds: [PeerAddress]
    /// Peers of other sites.
    let gateways: [PeerAddress]

    static func resolve(_ configuration: PeerConfiguration) throws(SkeinError) -> AddressBook {
        let listen = try lookUp(configuration.listen, "the listening address")
        let advertised = try lookUp(configuration.advertise ?? configuration.listen, "the advertised address")
        guard let own = PeerAddress(advertised), own.isReachable else {
            throw SkeinError(
                .usage, doing: "reading the configuration of peer \(configuration.name)",
                cause: "other peers cannot reach \(configuration.advertise ?? configuration.listen)",
                next: "set `advertise: HOST:PORT` to the address of this host in your network")
        }
        return AddressBook(
            listen: listen, advertised: own, seeds: try lookUp(configuration.seeds, "a seed", except: own),
            gateways: try lookUp(configuration.gateways, "a gateway", except: own))
    }

    private static func lookUp(_ places: [PeerConfiguration.HostAndPort], _ what: String, except own: PeerAddress)
        throws(SkeinError) -> [PeerAddress]
    {
        var found: [PeerAddress] = []
        for place in places {
            if let address = PeerAddress(try lookUp(place, what)), address != own { found.append(address) }
        }
        return found
    }

    private static func lookUp(_ place: PeerConfiguration.HostAndPort, _ what: String) throws(SkeinError)
        -> SocketAddress
    {
        do {
            return try SocketAddress.makeAddressResolvingHost(place.host, port: place.port)
        } catch {
            throw SkeinError(
                .usage, doing: "looking up \(what) \(place)", cause: "\(error)",
                next: "check the name, or write an IP address")
        }
    }
}

extension PeerAddress {
    /// The address of a socket; nil for a unix socket.
    init?(_ address: SocketAddress?) {
        // Once for each datagram: the bytes are taken as they are, not through a text or an array.
        switch address {
        case .v4(let address):
            let word = UInt32(bigEndian: address.address.sin_addr.s_addr)
            self.init(
                ipv4: UInt8(word >> 24), UInt8(word >> 16 & 0xFF), UInt8(word >> 8 & 0xFF), UInt8(word & 0xFF),
                port: UInt16(bigEndian: address.address.sin_port))
        case .v6(let address):
            let port = UInt16(bigEndian: address.address.sin6_port)
            self = withUnsafeBytes(of: address.address.sin6_addr) { PeerAddress(ipv6: $0, port: port) }
        case .unixDomainSocket, nil: return nil
        }
    }
}

extension SocketAddress {
    init?(_ address: PeerAddress) {
        guard
            let made = try? SocketAddress(
                packedIPAddress: ByteBuffer(bytes: address.addressBytes), port: Int(address.port))
        else { return nil }
        self = made
    }
}
