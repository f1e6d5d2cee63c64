import Basics
import Gossip
import NIOCore
import Trust

/// The addresses of a configuration, looked up.
struct AddressBook: Sendable {
    /// Where both sockets are bound.
    let listen: SocketAddress
    /// What other peers are told.
    let advertised: PeerAddress
    let seeds: [PeerAddress]

    static func resolve(_ configuration: PeerConfiguration) throws(SkeinError) -> AddressBook {
        let listen = try lookUp(configuration.listen, "the listening address")
        let advertised = try lookUp(configuration.advertise ?? configuration.listen, "the advertised address")
        guard let own = PeerAddress(advertised), own.isReachable else {
            throw SkeinError(
                .usage, doing: "reading the configuration of peer \(configuration.name)",
                cause: "other peers cannot reach \(configuration.advertise ?? configuration.listen)",
                next: "set `advertise: HOST:PORT` to the address of this host in your network")
        }
        var seeds: [PeerAddress] = []
        for seed in configuration.seeds {
            if let address = PeerAddress(try lookUp(seed, "a seed")), address != own { seeds.append(address) }
        }
        return AddressBook(listen: listen, advertised: own, seeds: seeds)
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
        guard let address, let port = address.port, let text = address.ipAddress else { return nil }
        self.init(parsing: text.contains(":") ? "[\(text)]:\(port)" : "\(text):\(port)")
    }
}

extension SocketAddress {
    init?(_ address: PeerAddress) {
        guard
            let made = try? SocketAddress(
                ipAddress: IPAddressText.format(address.addressBytes), port: Int(address.port))
        else { return nil }
        self = made
    }
}
