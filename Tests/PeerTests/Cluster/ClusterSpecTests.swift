import Basics
import Foundation
import Peer
import Testing

/// Reads a file without sources.
func parse(_ text: String, sources: [String: SourceFile] = [:]) throws(SkeinError) -> ClusterSpec {
    try ClusterSpec.parse(text, file: "cluster.yaml", sources: sources)
}

@Suite struct ClusterSpecTests {
    @Test("the smallest legal file is a name and a role")
    func smallestFile() throws {
        let spec = try parse("name: cfd\nroles: {compute: {count: 4}}\n")
        #expect(spec.name == "cfd")
        #expect(spec.base == ClusterBase())
        #expect(spec.nodes.map(\.name) == ["compute-0", "compute-1", "compute-2", "compute-3"])
        #expect(spec.nodes.map(\.address.description) == ["10.88.0.2", "10.88.0.3", "10.88.0.4", "10.88.0.5"])
        #expect(spec.nodes.allSatisfy { $0.memory == .mebibytes(512) && $0.vcpus == 1 && $0.disk == nil })
        #expect(spec.images == [ClusterImage()])
        #expect(spec.hosts == .all)
    }

    @Test("every key of this version is read")
    func everyKey() throws {
        let text = """
            version: 1
            name: cfd
            base: {distro: debian, suite: bookworm, kernel: generic}
            image:
              packages: [openssh-server, libstdc++6]
              files:
                - {path: /etc/motd, content: "cfd\\n", mode: "0600", owner: alice, group: users}
              users:
                - {name: alice, uid: 2000}
              run: ["echo one", "echo two"]
            roles:
              head: {count: 1, vcpus: 2, memory: 1GiB, node_names: front, packages: [rsync, openssh-server]}
              compute: {count: 12, memory: 256MiB, disk: 8GiB, node_names: "n[09-20]x", run: [echo three]}
            network: {subnet: 10.90.4.0/24}
            hosts: [h1, "site:tokyo", "rack:r0"]
            placement: {policy: spread}
            ready: {no_progress: 2m, min: 50%}
            """
        let spec = try parse(text)
        #expect(spec.base.kernel == "generic")
        #expect(spec.roles.map(\.name) == ["head", "compute"])
        let head = try #require(spec.role(named: "head"))
        #expect(head.image.packages == ["openssh-server", "libstdc++6", "rsync"])
        #expect(head.image.run == ["echo one", "echo two"])
        #expect(head.image.users == [ClusterUser(name: "alice", uid: 2000)])
        let motd = ClusterFile(
            path: "/etc/motd", content: Array("cfd\n".utf8), mode: 0o600, owner: "alice", group: "users")
        #expect(head.image.files == [motd])
        let compute = try #require(spec.role(named: "compute"))
        #expect(compute.image.run == ["echo one", "echo two", "echo three"])
        #expect(compute.nodeNames.first == "n09x" && compute.nodeNames.last == "n20x")
        #expect(compute.disk == .gibibytes(8))
        #expect(spec.images.count == 2)
        #expect(spec.nodes.count == 13)
        #expect(spec.nodes[12].address.description == "10.90.4.14")
        #expect(spec.hosts == .some([.name("h1"), .site("tokyo"), .rack("r0")]))
        #expect(spec.hosts.includes(name: "h9", site: "tokyo", rack: "r7"))
        #expect(!spec.hosts.includes(name: "h9", site: "kyoto", rack: "r7"))
        #expect(spec.readiness.noProgress == .seconds(120))
        #expect(spec.readiness.minimumReady(of: 13) == 7)
    }

    @Test("roles that ask for the same share one image")
    func rolesShareImages() throws {
        let spec = try parse("name: a\nroles: {one: {count: 1, memory: 1GiB}, two: {count: 2, vcpus: 4}}\n")
        #expect(spec.images.count == 1)
    }

    @Test("every node's own name stands on its own address in the hosts file")
    func hostsFile() throws {
        let spec = try parse("name: cfd\nroles: {compute: {count: 2}}\n")
        #expect(
            spec.hostsFile == """
                127.0.0.1\tlocalhost
                ::1\tlocalhost ip6-localhost ip6-loopback
                10.88.0.2\tcompute-0 compute-0.cfd
                10.88.0.3\tcompute-1 compute-1.cfd

                """)
    }

    @Test("hardware addresses are local, unicast, unlike each other, and the same at every reading")
    func hardwareAddresses() throws {
        let text = "name: cfd\nroles: {compute: {count: 500}}\n"
        let first = try parse(text).nodes.map(\.hardwareAddress)
        #expect(first[0] == "02:53:0a:58:00:02")
        #expect(Set(first).count == 500)
        #expect(try parse(text).nodes.map(\.hardwareAddress) == first)
    }

    @Test("ten thousand nodes are read in well under a second")
    func manyNodes() throws {
        let start = ContinuousClock.now
        let spec = try parse("name: cfd\nroles: {compute: {count: 10000}}\nnetwork: {subnet: 10.0.0.0/8}\n")
        #expect(spec.nodes.last?.address.description == "10.0.39.17")
        #expect(start.duration(to: .now) < .seconds(1))
    }

    @Test("the examples of the repository are legal", arguments: ["hello", "smallest", "mpi"])
    func examples(name: String) throws {
        let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let url = root.appendingPathComponent("examples/\(name).yaml")
        let text = String(decoding: try Data(contentsOf: url), as: UTF8.self)
        #expect(try parse(text).name == name)
    }
}
