import Basics
import Launcher
import Testing

@Suite("This host")
struct HostTests {
    @Test("says how much memory and disk is free")
    func free() throws {
        let available = try #require(HostMemory.available())
        let total = try #require(HostMemory.total())
        #expect(available > .mebibytes(1) && available <= total)
        #expect(try #require(HostDisk.available(at: "/nowhere/at/all")) > ByteCount(bytes: 0))
        #expect(HostDisk.available(at: "/dev/null/x") == nil)
    }

    @Test(
        "memory fields are read or refused, never guessed",
        arguments: [
            ("MemAvailable:   1024 kB\n", ByteCount.mebibytes(1)), ("MemAvailable: 1024 MB", nil), ("", nil),
            ("MemAvailable: -1 kB", nil), ("MemAvailable: 99999999999999999999 kB", nil), ("XMemAvailable: 1 kB", nil),
        ])
    func fields(text: String, expected: ByteCount?) {
        #expect(HostMemory.value(of: "MemAvailable", in: text) == expected)
    }

    @Test("an overlay has at least the size of its disk, or the size asked for")
    func overlays() async throws {
        let directory = try TemporaryDirectory()
        try directory.write([UInt8](repeating: 1, count: 1 << 20), to: "base.raw")
        let same = try await Overlay.create(at: directory.file("a.qcow2"), backing: directory.file("base.raw"))
        #expect(same == .mebibytes(1))
        let small = try await Overlay.create(
            at: directory.file("a.qcow2"), backing: directory.file("base.raw"), size: .kibibytes(1))
        #expect(small == .mebibytes(1))
        let large = try await Overlay.create(
            at: directory.file("b.qcow2"), backing: directory.file("base.raw"), size: .mebibytes(9))
        #expect(large == .mebibytes(9))
        let described = try await HostTool.run("qemu-img", ["info", directory.file("b.qcow2")], doing: "looking")
        #expect(described.contains("backing file format: raw") && described.contains("virtual size: 9 MiB"))
        await #expect(throws: SkeinError.self) {
            try await Overlay.create(at: directory.file("c.qcow2"), backing: directory.file("nothing.raw"))
        }
    }

    @Test("a node directory holds everything 0600 and goes away whole")
    func nodeDirectory() async throws {
        let directory = try TemporaryDirectory()
        try directory.write([UInt8](repeating: 1, count: 1 << 20), to: "base.raw")
        let plan = try TestPlans.plan(baseDisk: directory.file("base.raw"), directory: directory.file("nodes/c/n"))
        let seed = [try SeedEntry.text("etc/hostname", "n\n")]
        try await NodeDirectory.prepare(plan, seed: seed)
        try directory.append(Array("old console\n".utf8), to: "nodes/c/n/console.log")
        try directory.append(Array("phase done\n".utf8), to: "nodes/c/n/ready.log")
        try await NodeDirectory.prepare(plan, seed: seed, disk: .kept)
        #expect(try directory.read("nodes/c/n/ready.log").isEmpty)
        #expect(try directory.read("nodes/c/n/console.log.1") == Array("old console\n".utf8))
        let modes = try await HostTool.run(
            "find", [plan.directory, "-printf", "%m %f\\n"], doing: "listing")
        #expect(
            Set(modes.split(separator: "\n")) == [
                "700 n", "600 disk.qcow2", "600 seed.tar", "600 console.log", "600 console.log.1", "600 ready.log",
            ])
        try NodeDirectory.remove(plan.directory)
        try NodeDirectory.remove(plan.directory)
        await #expect(throws: SkeinError.self) {
            try await NodeDirectory.prepare(
                try TestPlans.plan(baseDisk: "/nowhere.raw", directory: directory.file("nodes/c/m")), seed: seed)
        }
        let left = try await HostTool.run("find", [directory.file("nodes"), "-type", "f"], doing: "listing")
        #expect(left.isEmpty)
    }
}
