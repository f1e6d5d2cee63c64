import Basics
import Foundation
import Launcher
import Testing

@Suite("A seed disk")
struct SeedDiskTests {
    static let longName = (0..<8).map { "directory-number-\($0)-with-a-long-name" }.joined(separator: "/") + "/file"
    /// Too long for the name field, but it fits when cut at a slash.
    static let middleName = String(repeating: "m", count: 90) + "/" + String(repeating: "f", count: 60)

    static func entries() throws -> [SeedEntry] {
        [
            try .text("etc/hostname", "n001\n"),
            try .directory("root/.ssh", mode: 0o700),
            try .text("root/.ssh/authorized_keys", "ssh-ed25519 AAAA me\n", mode: 0o600),
            try .text("home/alice/x", "", uid: 2000, gid: 2001),
            try .text("home/big/x", "y", uid: 3_000_000_000, gid: 2_097_152),
            try SeedEntry(path: "etc/link", kind: .symbolicLink(to: "/run/x"), mode: 0o777),
            try .text(middleName, "middle"),
            try .text(longName, "long ünïcödé", mode: 0o4755),
            try .directory(longName + "-d", mode: 0o1777),
            try SeedEntry(path: "bin/blob", kind: .file((0..<1024).map { UInt8(truncatingIfNeeded: $0) }), mode: 0o755),
        ]
    }

    @Test("is read by tar with its names, modes, owners and sizes")
    func listing() async throws {
        let directory = try TemporaryDirectory()
        try SeedDisk.write(try SeedDiskTests.entries(), to: directory.file("seed.tar"))
        let listing = try await HostTool.run(
            "tar", ["--numeric-owner", "-tvf", directory.file("seed.tar")], doing: "listing")
        let lines = listing.split(separator: "\n").map { line in
            let words = line.split(separator: " ", omittingEmptySubsequences: true)
            return ([words[0], words[1], words[2]] + words[5...]).joined(separator: " ")
        }
        #expect(
            lines == [
                "-rw-r--r-- 0/0 5 etc/hostname",
                "drwx------ 0/0 0 root/.ssh/",
                "-rw------- 0/0 20 root/.ssh/authorized_keys",
                "-rw-r--r-- 2000/2001 0 home/alice/x",
                "-rw-r--r-- 3000000000/2097152 1 home/big/x",
                "lrwxrwxrwx 0/0 0 etc/link -> /run/x",
                "-rw-r--r-- 0/0 6 \(SeedDiskTests.middleName)",
                "-rwsr-xr-x 0/0 16 \(SeedDiskTests.longName)",
                "drwxrwxrwt 0/0 0 \(SeedDiskTests.longName)-d/",
                "-rwxr-xr-x 0/0 1024 bin/blob",
            ])
    }

    @Test("unpacks to the same bytes")
    func unpacks() async throws {
        let directory = try TemporaryDirectory()
        try SeedDisk.write(try SeedDiskTests.entries(), to: directory.file("seed.tar"))
        _ = try await HostTool.run(
            "tar", ["--no-same-owner", "-xf", directory.file("seed.tar"), "-C", directory.path], doing: "unpacking")
        for entry in try SeedDiskTests.entries() {
            guard case .file(let content) = entry.kind else { continue }
            #expect(try directory.read(entry.path) == content)
        }
    }

    @Test("is 0600, in whole records, and the same for the same entries")
    func file() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("seed.tar")
        try Data([1, 2, 3]).write(to: URL(fileURLWithPath: path))
        try SeedDisk.write(try SeedDiskTests.entries(), to: path)
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
        let bytes = try directory.read("seed.tar")
        #expect(bytes.count.isMultiple(of: 10240) && bytes.count > 0)
        #expect(bytes == (try SeedDisk.image(of: try SeedDiskTests.entries())))
        #expect(try SeedDisk.image(of: []).count == 10240)
    }

    @Test(
        "takes no path that could leave it",
        arguments: [
            "", "/etc/x", "..", "a/../b", "a//b", "a/", "./a", "a/.", "a\u{0}b", String(repeating: "a", count: 300),
        ])
    func paths(path: String) {
        #expect(throws: SkeinError.self) { try SeedEntry.text(path, "x") }
    }

    @Test("refuses two entries of one path, and more than its limits")
    func limits() throws {
        let entry = try SeedEntry.text("a", "x")
        #expect(throws: SkeinError.self) { try SeedDisk.image(of: [entry, entry]) }
        let many = try (0...LauncherLimits.seedEntries).map { try SeedEntry.text("f\($0)", "") }
        #expect(throws: SkeinError.self) { try SeedDisk.image(of: many) }
        let half = [UInt8](repeating: 0, count: Int(LauncherLimits.seedBytes.bytes / 2) + 1)
        let large = try ["a", "b"].map { try SeedEntry(path: $0, kind: .file(half), mode: 0o644) }
        #expect(throws: SkeinError.self) { try SeedDisk.image(of: large) }
    }
}
