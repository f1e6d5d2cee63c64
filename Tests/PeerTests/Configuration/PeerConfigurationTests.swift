import Basics
import Launcher
import Peer
import Testing

@Suite struct PeerConfigurationTests {
    @Test func everyKeyIsRead() throws {
        let text = """
            name: h0
            state: /var/tmp/h0
            socket: /run/h0.sock
            site: /etc/skein/site.skein
            identity: /etc/skein/identity.key
            listen: 10.77.0.2:7411
            advertise: 192.0.2.1:17411
            seeds: ["10.77.0.3:7411", "[fd00::2]:7411", "head.example:7411"]
            labels: {site: tokyo, rack: r0}
            capacity: {memory: 2GiB, vcpus: 4}
            build: {network_namespace: /run/netns/out}
            accelerator: tcg
            start_gate: /run/lab/go
            rates: {up: 1Gbit, down: 500Mbit, rack: {up: 10Gbit}, site: {up: 100Mbit, down: 200Mbit}}
            limits: {up: 200Mbit}
            """
        let configuration = try PeerConfiguration.parse(text, file: "peer.yaml")
        #expect(configuration.name == "h0")
        #expect(configuration.stateDirectory == "/var/tmp/h0")
        #expect(configuration.listen == .init(host: "10.77.0.2", port: 7411))
        #expect(configuration.advertise == .init(host: "192.0.2.1", port: 17_411))
        #expect(configuration.seeds.map(\.host) == ["10.77.0.3", "fd00::2", "head.example"])
        #expect(configuration.site == "tokyo" && configuration.rack == "r0")
        #expect(configuration.memory == .gibibytes(2) && configuration.vcpus == 4)
        #expect(configuration.buildNetworkNamespace == "/run/netns/out")
        #expect(configuration.accelerator == .tcg)
        #expect(configuration.startGate == "/run/lab/go")
        let rates = try #require(configuration.rates)
        #expect(rates.own.up?.bitsPerSecond == 1_000_000_000 && rates.own.down?.bitsPerSecond == 500_000_000)
        #expect(rates.rack?.up?.bitsPerSecond == 10_000_000_000 && rates.rack?.down == nil)
        #expect(rates.site?.down?.bitsPerSecond == 200_000_000)
        #expect(configuration.limits.up?.bitsPerSecond == 200_000_000 && configuration.limits.down == nil)
    }

    @Test func anEmptyMappingIsAWholeConfiguration() throws {
        let configuration = try PeerConfiguration.parse("{}", file: "peer.yaml")
        #expect(configuration.stateDirectory == PeerConfiguration.defaultStateDirectory)
        #expect(configuration.siteFilePath == "\(PeerConfiguration.defaultStateDirectory)/site.skein")
    }

    @Test(arguments: [
        ("nmae: h0", "peer.yaml:1", "name"),
        ("name: h0\nlisten: 10.0.0.1", "peer.yaml:2", "HOST:PORT"),
        ("listen: 10.0.0.1:70000", "peer.yaml:1", "HOST:PORT"),
        ("accelerator: fast", "peer.yaml:1", "tcg"),
        ("capacity: {memory: lots}", "peer.yaml:1", "memory"),
        ("seeds: 10.0.0.1:7411", "peer.yaml:1", "seeds"),
        ("rates: {up: fast}", "peer.yaml:1", "rates.up"),
        ("name: h0\nlimits: {up: 500kbit}", "peer.yaml:2", "1Mbit"),
        ("limits: {rack: 1Gbit}", "peer.yaml:1", "rack"),
        ("name: h0\nrates: {rack: {sideways: 1Gbit}}", "peer.yaml:2", "sideways"),
    ])
    func wrongFilesAreRefusedWithTheLineAndAHint(text: String, place: String, hint: String) {
        let error = #expect(throws: SkeinError.self) { try PeerConfiguration.parse(text, file: "peer.yaml") }
        #expect(error?.code == .usage)
        #expect(error?.description.contains(place) == true)
        #expect(error?.description.contains(hint) == true)
    }
}
