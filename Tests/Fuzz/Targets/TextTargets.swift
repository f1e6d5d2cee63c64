import Basics
import Gossip
import ImageStore
import Lab
import Launcher
import Peer
import StrictYAML

/// Files that people write, words of the command line, and lines of guests.
extension FuzzTarget {
    static let text: [FuzzTarget] = [
        FuzzTarget("text-yaml", seeds: { [TextSamples.cluster, TextSamples.topology, "a: &x [1]\nb: *x\n"] }) {
            _ = try? YAMLValue.parse($0, file: "fuzz.yaml")
        },
        FuzzTarget("text-cluster", seeds: { [TextSamples.cluster] }) {
            _ = try? ClusterSpec.sources(in: $0, file: "fuzz.yaml")
            if let spec = try? ClusterSpec.parse($0, file: "fuzz.yaml", sources: [:]) { _ = spec.hostsFile }
        },
        FuzzTarget("text-configuration", seeds: { [TextSamples.configuration] }) {
            _ = try? PeerConfiguration.parse($0, file: "fuzz.yaml")
        },
        FuzzTarget("text-topology", seeds: { [TextSamples.topology] }) {
            if let topology = try? Topology.parse($0, file: "fuzz.yaml") { _ = topology.hasDelays }
        },
        FuzzTarget("text-words", seeds: { TextSamples.words }, text: TextSamples.readWord),
        FuzzTarget("text-guest-lines", seeds: { TextSamples.guestLines }, run: TextSamples.readGuest),
        FuzzTarget("text-console", seeds: { TextSamples.consoles }) { (bytes: [UInt8]) in
            let lines = ConsoleTail.lines(of: bytes, count: 20)
            precondition(lines.count <= 20)
            for line in lines {
                precondition(
                    !line.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F }, "a control character")
            }
            _ = ConsoleTail.trouble(in: lines)
        },
    ]
}

enum TextSamples {
    static let cluster = """
        name: demo
        image:
          base: debian-12
          packages: [openssh-server]
        roles:
          compute: {count: 2, memory: 256MiB, vcpus: 1}
        network: {subnet: 10.42.0.0/24}
        """

    static let configuration = """
        name: h0
        state: /var/lib/skein
        listen: 10.77.0.1:7411
        seeds: ["10.77.0.2:7411", "[fd00::1]:7411"]
        site: tokyo
        rack: r0
        memory: 2GiB
        """

    static let topology = """
        name: fuzz
        capacity: {memory: 1GiB, vcpus: 2}
        sites:
          - name: s0
            racks:
              - name: r0
                hosts: [h0, h1]
                link: {up: 100Mbit, down: 100Mbit, delay: 2ms}
        source: h0
        image: {size: 64MiB}
        events:
          - {at: 2s, crash: h1}
        """

    static let words = [
        "10.77.0.2:7411", "[fd00::2]:7411", "[::ffff:10.0.0.1]:1", "512MiB", "100Mbit", "tcg", "kvm:qemu64",
        "52:54:00:ab:cd:ef", "12345678-1234-1234-1234-123456789abc", "10.42.0.0/24", "10.42.0.1", "demo.compute-0",
    ]

    /// Every reader of a word: what it prints it reads.
    @Sendable static func readWord(_ text: String) {
        if let address = PeerAddress(parsing: text) {
            precondition(
                PeerAddress(parsing: address.description) == address, "an address is not read as it is printed")
        }
        if let mac = MACAddress(parsing: text) { precondition(MACAddress(parsing: "\(mac)") == mac) }
        if let uuid = DomainUUID(parsing: text) { precondition(DomainUUID(parsing: "\(uuid)") == uuid) }
        if let accelerator = Accelerator(parsing: text) {
            precondition(Accelerator(parsing: "\(accelerator)") == accelerator)
        }
        if let digest = Digest(hex: text) { precondition(Digest(hex: digest.hex) == digest) }
        if let node = NodeName(domainName: text) { precondition(node.domainName == text) }
        if let size = ByteCount(parsing: text) { _ = "\(size)" }
        if let rate = BitRate(parsing: text) { _ = "\(rate)" }
        _ = ClusterAddress(parsing: text)
        _ = ImageReference(parsing: text)
        _ = ClusterSubnet.parse(text)
        _ = PeerConfiguration.HostAndPort(parsing: text)
    }

    static let guestLines = [
        Array("phase network address=10.0.2.15\nphase ready\n".utf8), Array("garbage\r\nphase kernel\n".utf8),
    ]

    /// The same reports in whatever pieces the bytes come.
    @Sendable static func readGuest(_ bytes: UnsafeRawBufferPointer) {
        var whole = ReadyLogParser()
        var pieces = ReadyLogParser()
        let expected = whole.consume(bytes)
        var found: [PhaseReport] = []
        for byte in bytes { found += pieces.consume([byte]) }
        precondition(found == expected && pieces.ignoredLines == whole.ignoredLines, "pieces change the reports")
    }

    static let consoles = [
        Array("booting\n\u{1B}[31mred\u{1B}[0m Kernel panic - not syncing\n".utf8), [0xC2, 0x9B, 0x31, 0x0A, 0xFF],
    ]
}
