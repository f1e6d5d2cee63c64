import Basics
import Foundation
import Peer
import Testing

/// Files and keys that a cluster file takes in from elsewhere.
@Suite struct ClusterSourceTests {
    static let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f test"

    private func source(_ text: String, mode: UInt16 = 0o644) -> SourceFile {
        SourceFile(
            entries: [.init(path: "", base64: Data(text.utf8).base64EncodedString(), mode: mode)], isTree: false)
    }

    private let text = """
        name: a
        roles: {compute: {count: 1, files: [{path: /opt/tool, source: ./tool}]}}
        image:
          files:
            - {path: /srv/app/, source: ./app/, owner: alice}
          users:
            - {name: alice, ssh_keys: [~/.ssh/id.pub, "\(key)"]}
            - {name: root, ssh_keys: [~/.ssh/id.pub]}
        """

    @Test("the paths that a client has to read are listed once, inline keys are not")
    func pathsAreListed() throws {
        let sources = try ClusterSpec.sources(in: text, file: "cluster.yaml")
        #expect(sources.map(\.path) == ["./app/", "~/.ssh/id.pub", "./tool"])
        #expect(sources.map(\.mayBeTree) == [true, false, true])
    }

    @Test("files, trees and keys come in, and keys stay out of images")
    func contentComesIn() throws {
        let tree = SourceFile(
            entries: [
                .init(path: "lib/z", base64: "eg==", mode: 0o644), .init(path: "bin/a", base64: "YQ==", mode: 0o755),
            ], isTree: true)
        let spec = try parse(
            text,
            sources: [
                "./app/": tree, "./tool": source("#!/bin/sh\n", mode: 0o755),
                "~/.ssh/id.pub": source("# mine\n\n\(ClusterSourceTests.key)\n"),
            ])
        let role = try #require(spec.roles.first)
        #expect(role.image.files.map(\.path) == ["/srv/app/bin/a", "/srv/app/lib/z", "/opt/tool"])
        #expect(role.image.files.map(\.mode) == [0o755, 0o644, 0o755])
        #expect(role.image.files.map(\.owner) == ["alice", "alice", "root"])
        #expect(role.image.files[0].content == Array("a".utf8))
        #expect(role.image.users == [ClusterUser(name: "alice", uid: nil)])
        #expect(role.logins.map(\.user.name) == ["alice", "root"])
        #expect(role.logins[0].keys == [ClusterSourceTests.key, ClusterSourceTests.key])
        #expect(role.logins[1].user.home == "/root")
    }

    @Test(
        "content that a client should not have sent is refused",
        arguments: [
            ("../../etc/passwd", "YQ==", UInt16(0o644)), ("/etc/passwd", "YQ==", 0o644), ("a//b", "YQ==", 0o644),
            ("a\nb", "YQ==", 0o644), ("a", "***", 0o644), ("a", "YQ==", 0o10644),
        ])
    func hostileTrees(path: String, base64: String, mode: UInt16) {
        let tree = SourceFile(entries: [.init(path: path, base64: base64, mode: mode)], isTree: true)
        let file = "name: a\nroles: {compute: {count: 1}}\nimage: {files: [{path: /srv/, source: app}]}\n"
        #expect(throws: SkeinError.self) { try parse(file, sources: ["app": tree]) }
    }

    @Test("a private key is refused with a word about the public one")
    func privateKeys() {
        let file = "name: a\nroles: {compute: {count: 1}}\nimage: {users: [{name: b, ssh_keys: [id]}]}\n"
        let error = #expect(throws: SkeinError.self) {
            try parse(file, sources: ["id": source("-----BEGIN OPENSSH PRIVATE KEY-----\nabc\n")])
        }
        #expect(error?.cause.contains(".pub") == true)
    }

    @Test("a tree needs a path that ends with a slash, and a file one that does not")
    func treesAndFiles() {
        let tree = SourceFile(entries: [.init(path: "a", base64: "YQ==", mode: 0o644)], isTree: true)
        let asFile = "name: a\nroles: {compute: {count: 1}}\nimage: {files: [{path: /srv, source: app}]}\n"
        let asTree = "name: a\nroles: {compute: {count: 1}}\nimage: {files: [{path: /srv/, source: app}]}\n"
        #expect(throws: SkeinError.self) { try parse(asFile, sources: ["app": tree]) }
        #expect(throws: SkeinError.self) { try parse(asTree, sources: ["app": source("a")]) }
        #expect(throws: SkeinError.self) { try parse(asTree, sources: ["app": SourceFile(entries: [], isTree: true)]) }
    }

    @Test("files that are too large together are refused")
    func tooLarge() {
        let big = Data(repeating: 65, count: ClusterLimits.fileBytes).base64EncodedString()
        let one = SourceFile(entries: [.init(path: "", base64: big, mode: 0o644)], isTree: false)
        let file = """
            name: a
            roles: {compute: {count: 1}}
            image: {files: [{path: /a, source: x}, {path: /b, source: x}, {path: /c, source: x}]}
            """
        let error = #expect(throws: SkeinError.self) { try parse(file, sources: ["x": one]) }
        #expect(error?.cause.contains("larger than 40 MiB") == true)
    }
}
