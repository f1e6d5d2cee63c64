import Basics
import Peer
import Testing

/// Files that are refused: each with the line and a piece of the sentence.
@Suite struct ClusterSpecRefusalTests {
    struct Case: CustomTestStringConvertible {
        var text: String
        var line: Int
        var says: String
        var testDescription: String { "\(says): \(text.prefix(40))" }
    }

    private static func role(_ body: String, _ says: String) -> Case {
        Case(text: "name: a\nroles:\n  compute: {\(body)}\n", line: 3, says: says)
    }

    private static func image(_ body: String, _ says: String) -> Case {
        Case(text: "name: a\nroles: {compute: {count: 1}}\nimage:\n  \(body)\n", line: 4, says: says)
    }

    private static func top(_ line: String, _ says: String) -> Case {
        Case(text: "name: a\nroles: {compute: {count: 4}}\n\(line)\n", line: 3, says: says)
    }

    static let cases: [Case] = [
        Case(text: "roles: {compute: {count: 4}}\n", line: 1, says: "\"name\" is missing"),
        Case(text: "name: a\n", line: 1, says: "\"roles\" is missing"),
        Case(text: "name: a\nroles: {}\n", line: 2, says: "roles is empty"),
        Case(text: "name: A b\nroles: {compute: {count: 4}}\n", line: 1, says: "a-z, 0-9 and -"),
        Case(
            text: "name: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\nroles: {compute: {count: 4}}\n", line: 1,
            says: "longer than 32"),
        Case(text: "name: a\nroles: {Compute: {count: 4}}\n", line: 2, says: "role"),
        Case(text: "name: a\nroles: {a-: {count: 4}}\n", line: 2, says: "begin or end"),
        Case(text: "version: 2\nname: a\nroles: {compute: {count: 4}}\n", line: 1, says: "version 1"),
        top("colour: red", "unknown key"),
        top("plcement: {policy: spread}", "unknown key \"plcement\""),
        top("placement: {policy: pack}", "placement.policy"),
        top("placement: {anti_affinity: [compute]}", "not built yet"),
        top("nodes: {compute-0: {memory: 1GiB}}", "not built yet"),
        top("shared: [{mount: /home, from: compute}]", "not built yet"),
        top("mpi: {slots: vcpus}", "not built yet"),
        top("scheduler: slurm", "not built yet"),
        top("boot: stream", "not built yet"),
        top("base: {snapshot: 2026}", "not built yet"),
        top("base: {suite: potato}", "base.suite"),
        top("base: {distro: gentoo}", "base.distro"),
        top("network: {mode: vxlan}", "not built yet"),
        top("network: {subnet: 10.88.0.0/31}", "between /8 and /30"),
        top("network: {subnet: 10.88.0.1/16}", "address of a host"),
        top("network: {subnet: 224.0.0.0/16}", "no network"),
        top("network: {subnet: 10.88.0/16}", "IPv4 network"),
        top("network: {subnet: 10.88.0.0/29, }\nready: {level: ssh}", "not built yet").at(line: 4),
        top("ready: {min: 0%}", "wait for nothing"),
        top("ready: {min: 101%}", "between 0% and 100%"),
        top("ready: {no_progress: 1s}", "between 5s and 24h"),
        top("hosts: []", "names no host"),
        top("hosts: [\"cage:x\"]", "neither site:NAME nor rack:NAME"),
        top("hosts: [h1, h1]", "twice"),
        role("memory: 1GiB", "\"count\" is missing"),
        role("count: 0", "between 1 and 16384"),
        role("count: 1000000", "between 1 and 16384"),
        role("count: -4", "between 1 and 16384"),
        role("count: four", "whole number"),
        role("count: 4, memory: 1MiB", "memory"),
        role("count: 4, memory: 1GB", "size such as"),
        role("count: 4, memory: 900TiB", "memory"),
        role("count: 4, memory: 300000000B", "whole number of MiB"),
        role("count: 4, vcpus: 0", "vcpus"),
        role("count: 4, disk: 1KiB", "disk"),
        role("count: 4, memroy: 1GiB", "unknown key \"memroy\""),
        role("count: 4, node_names: \"n[1-3]\"", "3 names and count is 4"),
        role("count: 4, node_names: \"n[4-1]\"", "must rise"),
        role("count: 4, node_names: \"n[01-4]\"", "must rise"),
        role("count: 4, node_names: \"n[1-4]]\"", "one range in brackets"),
        role("count: 4, node_names: \"n[0-999999999]\"", "more nodes"),
        role("count: 4, node_names: \"n_[1-4]\"", "a-z, 0-9 and -"),
        role("count: 1, node_names: localhost", "localhost"),
        Case(
            text: """
                name: a
                roles:
                  one: {count: 2, node_names: "n[1-2]"}
                  two: {count: 2, node_names: "n[2-3]"}
                """,
            line: 4, says: "n2 is used twice"),
        Case(
            text: "name: a\nroles: {compute: {count: 254}}\nnetwork: {subnet: 10.1.1.0/24}\n", line: 2,
            says: "has addresses for 253"),
        image("packages: [hello, hello]", "twice"),
        image("packages: [\"hello; rm -rf /\"]", "not the name of a Debian package"),
        image("packages: [hello-]", "may not end with -"),
        image("packages: [--purge]", "not the name of a Debian package"),
        image("packages: [hello=2.10]", "pins a version"),
        image("packages: hello", "must be a list"),
        image("users: [{name: Alice}]", "must begin with"),
        image("users: [{name: a, uid: 3}]", "between 500 and 59999"),
        image("users: [{name: a, uid: 2000}, {name: b, uid: 2000}]", "given to a and to b"),
        image("users: [{name: a}, {name: a}]", "named twice"),
        image("users: [{name: root}]", "root is there anyway"),
        image("users: [{name: a, ssh_keys: [\"ssh-rsa $(reboot) x\"]}]", "not a public key"),
        image("files: [{path: etc/motd, content: a}]", "not absolute"),
        image("files: [{path: /etc/../../motd, content: a}]", "may not hold .."),
        image("files: [{path: /etc//motd, content: a}]", "empty part"),
        image("files: [{path: /dev/sda, content: a}]", "lies in /dev"),
        image("files: [{path: /etc/motd/, content: a}]", "may not end with /"),
        image("files: [{path: /etc/motd}]", "neither content nor source"),
        image("files: [{path: /etc/motd, content: a, source: b}]", "both content and source"),
        image("files: [{path: /etc/motd, content: a, mode: rw}]", "octal"),
        image("files: [{path: /etc/motd, content: a, mode: \"0999\"}]", "octal"),
        image("files: [{path: /etc/a, content: a}, {path: /etc/a, content: b}]", "written twice"),
        image("files: [{path: /etc/a, content: a}, {path: /etc/a/b, content: b}]", "a file and a directory"),
        image("files: [{path: /etc/a, content: a, owner: \"0:0\"}]", "owner"),
        image("files: [{path: /etc/a, source: x}]", "did not come with the request"),
        image("run: [\"\"]", "must be a shell command"),
    ]

    @Test("a file that cannot be carried out is refused at its line", arguments: cases)
    func refused(test: Case) {
        do {
            let spec = try parse(test.text)
            Issue.record("accepted: \(spec)")
        } catch {
            #expect(error.code == .usage)
            #expect(error.doing.hasPrefix("cluster.yaml:\(test.line):"), "\(error)")
            #expect("\(error.cause) \(error.next)".contains(test.says), "\(error)")
        }
    }

    @Test("any bytes are a file or an error", arguments: 0..<200)
    func anyText(seed: UInt64) {
        let words = [
            "name", "roles", ":", " ", "\n", "- ", "{", "}", "count", "4", "[", "]", "image", "files", "&a", "*a", "%",
            "\u{0}", "é", "path",
        ]
        var random = RandomSource(seed: seed)
        let text = (0..<Int(random.next() % 60)).map { _ in words[Int(random.next() % UInt64(words.count))] }.joined()
        do {
            _ = try parse(text)
        } catch {
            #expect(error.code == .usage)
        }
    }
}

extension ClusterSpecRefusalTests.Case {
    fileprivate func at(line: Int) -> Self {
        var copy = self
        copy.line = line
        return copy
    }
}
