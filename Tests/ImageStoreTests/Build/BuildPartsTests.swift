import ImageStore
import Testing

@Suite("Parts of a build") struct BuildPartsTests {
    @Test("progress follows the lines that a build sends, and ignores the rest")
    func recorder() {
        var recorder = BuildRecorder(counts: [.files: 2])
        func take(_ line: String) -> Bool { recorder.read(line) }
        #expect(take("phase download"))
        #expect(take("plan 0 upgraded, 14 newly installed, 0 to remove and 3 not upgraded."))
        #expect(recorder.progress.total == 14)
        #expect(take("dlstatus:3:42.0:Retrieving file 3 of 14"))
        #expect(recorder.progress == BuildProgress(phase: .download, done: 3, total: 14))
        #expect(take("pmstatus:libfoo:10.0:Preparing libfoo (amd64)"))
        #expect(take("pmstatus:hello:amd64:42.0:Installed hello (amd64)"))
        #expect(recorder.progress == BuildProgress(phase: .install, done: 1, total: 14, detail: "hello"))
        #expect(take("phase files"))
        #expect(take("item /etc/motd of ours"))
        #expect(recorder.progress == BuildProgress(phase: .files, done: 1, total: 2, detail: "/etc/motd of ours"))
        #expect(take("phase run 2"))
        #expect(recorder.progress.done == 1)
        for line in [
            "", "phase", "phase nonsense", "pmstatus", "dlstatus:a:b", "dlstatus:1:2:Retrieving file x of", ":::",
        ] {
            #expect(!take(line), "\(line)")
        }
    }

    @Test("numbers of any size in what a build prints are taken or ignored, and count on")
    func hugeNumbers() {
        var recorder = BuildRecorder(counts: [.users: 2])
        for number in ["9223372036854775807", "4294967295", "-9223372036854775808", "1e400"] {
            _ = recorder.read("phase users \(number)")
            for _ in 0..<3 { _ = recorder.read("item alice") }
            #expect(recorder.progress.done >= 0)
            _ = recorder.read("plan \(number) upgraded, \(number) newly installed, 0 to remove")
            #expect(recorder.progress.total >= 0)
        }
    }

    @Test("close names come first and far ones not at all")
    func hints() {
        let names: [Substring] = ["openmpi-bin", "openmpi-doc", "openmpi-common", "opensmtpd", "hello"]
        #expect(NameHints.closest(to: "openmpi-bim", among: names).first == "openmpi-bin")
        #expect(NameHints.closest(to: "helol", among: names) == ["hello"])
        #expect(NameHints.closest(to: "zzz", among: names).isEmpty)
        #expect(NameHints.editDistance(Array("".utf8), Array("abc".utf8)) == 3)
        #expect(NameHints.editDistance(Array("abcd".utf8), Array("acbd".utf8)) == 1)
    }

    @Test("a cpio archive is what the format says, and the same every time")
    func cpio() {
        func archive() -> [UInt8] {
            var archive = CpioArchive()
            archive.add(directory: "bin")
            archive.add(file: "bin/x", mode: 0o755, content: [1, 2, 3, 4, 5])
            return archive.finished()
        }
        let bytes = archive()
        #expect(bytes == archive())
        #expect(bytes.count == 512)
        #expect(String(decoding: bytes[..<14], as: UTF8.self) == "07070100000001")
        // The second header follows the first entry's header and name, padded to four bytes.
        #expect(String(decoding: bytes[116..<122], as: UTF8.self) == "070701")
        #expect(String(decoding: bytes[170..<178], as: UTF8.self) == "00000005")
        #expect(Array(bytes[232..<237]) == [1, 2, 3, 4, 5])
    }
}
