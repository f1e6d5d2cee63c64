import Basics
import Foundation
import Launcher
import Testing

@Suite("The accelerator proof", .serialized)
struct AcceleratorProofTests {
    @Test("finds what boots, remembers it, and answers at once the second time", .timeLimit(.minutes(2)))
    func proves() async throws {
        let kernel = try await TestKernel.find()
        let directory = try TemporaryDirectory()
        let proof = AcceleratorProof(cacheFile: directory.file("accelerator"))
        let begin = ContinuousClock.now
        let first = try await proof.prove(kernel: kernel.kernel)
        print("measured: first proof: \(ContinuousClock.now - begin), \(first.attempts)")
        #expect(!first.isRemembered && first.attempts.last == .init(accelerator: first.accelerator, finding: "boots"))
        let candidates = first.attempts.map(\.accelerator)
        let hasKVM = FileManager.default.fileExists(atPath: "/dev/kvm")
        #expect(
            candidates
                == Array(
                    (KVMProcessor.allCases.map(Accelerator.kvm) + [.tcg]).suffix(hasKVM ? 4 : 1).prefix(
                        candidates.count)))

        let start = ContinuousClock.now
        let second = try await proof.prove(kernel: kernel.kernel)
        #expect(second.isRemembered && second.accelerator == first.accelerator)
        #expect(ContinuousClock.now - start < .seconds(2))
        #expect(try await proof.prove(kernel: kernel.kernel, choice: .tcg).accelerator == .tcg)
        let left = try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted()
        #expect(left == ["accelerator", "accelerator.lock"])
    }

    @Test("forgets what a damaged file says")
    func damagedCache() async throws {
        let directory = try TemporaryDirectory()
        try directory.write([0xFF, 0x09, 0x0A, 0x09, 0x09, 0x0A, 0x00], to: "accelerator")
        try directory.write(Array("not a kernel".utf8), to: "kernel")
        let proof = AcceleratorProof(
            cacheFile: directory.file("accelerator"), kvmPatience: .milliseconds(300), tcgPatience: .milliseconds(300))
        let error = await #expect(throws: SkeinError.self) { try await proof.prove(kernel: directory.file("kernel")) }
        #expect(error?.code == .resources && error?.cause.contains("tcg") == true)
        let missing = await #expect(throws: SkeinError.self) { try await proof.prove(kernel: "/nowhere") }
        #expect(missing?.code == .notFound)
    }

    @Test("doctor looks at everything and says what to do about what is wrong")
    func doctor() async throws {
        let directory = try TemporaryDirectory()
        let proof = AcceleratorProof(cacheFile: directory.file("accelerator"))
        let checks = await Doctor(directory: directory.path, kernel: nil, proof: proof).check()
        #expect(Set(checks.map(\.name)).count == checks.count && checks.count >= 16)
        for check in checks {
            #expect(!check.finding.isEmpty)
            #expect(check.verdict == .good || !check.next.isEmpty, "\(check.name)")
            #expect(check.verdict != .bad, "\(check.name): \(check.finding)")
        }
    }
}
