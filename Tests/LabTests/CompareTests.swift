import Basics
import Lab
import Testing

/// How other tools are set up beside skein.
@Suite("Tools beside skein")
struct CompareTests {
    /// Two sites; the source is not in the first rack of its own.
    private func topology(_ more: String = "image: {size: 1MiB}") throws -> Topology {
        try Topology.parse(
            """
            name: t
            sites:
              - name: far
                wan: {up: 30Mbit, down: 20Mbit}
                racks: [{name: a, hosts: [f0, f1], link: {up: 100Mbit, down: 100Mbit}}]
              - name: near
                wan: {up: 25Mbit, down: 5Mbit}
                racks:
                  - {name: a, uplink: {up: 50Mbit, down: 40Mbit}, hosts: [n0], link: {up: 100Mbit, down: 100Mbit}}
                  - {name: b, uplink: {up: 50Mbit, down: 1Mbit}, hosts: [n1, n2], link: {up: 100Mbit, down: 100Mbit}}
            source: n2
            \(more)
            """, file: "t.yaml")
    }

    private func setting(_ topology: Topology) -> ToolSetting {
        ToolSetting(
            topology: topology,
            hosts: topology.hosts.map {
                ToolSetting.Host(name: $0.name, address: "10.77.0.\($0.index + 2)", directory: "/d/\($0.name)")
            },
            images: topology.images.enumerated().map { number, image in
                ToolSetting.Image(
                    number: number, name: image.name, file: "/i/\(image.name).raw", bytes: 1 << 20,
                    sources: image.sources)
            }, imageDirectory: "/i", directory: "/d/.shared")
    }

    @Test("tools are read from a list once each, and what is no tool is refused with what is near")
    func namesAreRead() throws {
        #expect(try ToolName.list("chain,rsync, chain") == [.chain, .rsync])
        #expect(try ToolName.list("chain,udpcast,aria2,libtorrent,rsync") == ToolName.allCases)
        for (text, next) in [
            ("chian", "did you mean chain?"), ("scp", "choose from chain"), ("", "choose from chain"),
            ("chain,libtorent", "did you mean libtorrent?"),
        ] {
            let error = #expect(throws: SkeinError.self) { try ToolName.list(text) }
            #expect(error?.code == .usage)
            #expect(error?.next.hasPrefix(next) == true, "\(text): \(error?.next ?? "")")
        }
    }

    @Test("a chain stays in the source's rack, then in its site, and visits each rack once")
    func chainFollowsRacks() throws {
        let topology = try topology()
        #expect(
            HostOrder.chain(from: 4, to: [0, 1, 2, 3], in: topology).map { topology.hosts[$0].name } == [
                "n2", "n1", "n0", "f0", "f1",
            ])
    }

    @Test("multicast goes at the slowest rate that it meets: ways out of the source's groups, ways into the others")
    func multicastRateIsTheSlowest() throws {
        // Not the 5 and 1 Mbit into the source's own site and rack.
        #expect(HostOrder.multicastRate(from: 4, in: try topology()) == 20_000_000)
        #expect(HostOrder.multicastRate(from: 0, in: try topology()) == 1_000_000)
    }

    @Test("every host but the sources gets a copy of every image by one process, whatever the tool")
    func everyTargetIsServed() throws {
        let topology = try topology(
            "images: [{name: x, size: 1MiB, source: n2}, {name: y, size: 1MiB, source: [f0, n2]}]")
        let setting = setting(topology)
        for name in ToolName.allCases {
            let jobs = name.tool.jobs(setting)
            for image in setting.images {
                let hosts = jobs.filter { $0.receives == image.number }.map(\.host).sorted()
                #expect(hosts == setting.targets(image), "\(name) serves \(hosts)")
            }
            #expect(Set(jobs.map { "\($0.host) \($0.name)" }).count == jobs.count, "\(name): two of one name")
            let ports = jobs.compactMap { job in job.port.map { "\(job.host) \($0)" } }
            #expect(Set(ports).count == ports.count, "\(name): two with one port")
            #expect(jobs.contains { $0.start != .free }, "\(name) waits for nothing")
        }
    }

    @Test("a chain begins at its tail; all but the last write and pass on")
    func chainLines() throws {
        let jobs = ChainTool().jobs(setting(try topology()))
        #expect(jobs.map(\.host) == [1, 0, 2, 3, 4])
        #expect(jobs[0].script.contains("TCP-LISTEN:9000,bind=10.77.0.3,reuseaddr OPEN:/d/f1/image.raw"))
        #expect(jobs[1].script.contains("| { tee /d/f0/image.raw;"))
        #expect(jobs[1].script.contains("STDIN TCP:10.77.0.3:9000"))
        #expect(jobs[4].script.contains("OPEN:/i/image.raw,rdonly TCP:10.77.0.5:9000"))
        #expect(jobs.map(\.start) == [.free, .free, .free, .free, .gated])
    }

    @Test("words reach a program as they are")
    func wordsAreQuoted() {
        #expect(Shell.line(["a/b", "it's", "", "$x y"]) == "a/b 'it'\\''s' '' '$x y'")
    }

    @Test("a gated process waits for the end of the pipe before its work")
    func gatedScripts() throws {
        let setting = setting(try topology())
        let job = ToolJob(host: 0, name: "n", script: "work", start: .gated)
        #expect(setting.script(job).hasSuffix("exec 3<&-; work"))
        #expect(setting.script(job).hasPrefix("exec 3</d/.shared/gate; : >/d/f0/n.ready"))
    }
}
