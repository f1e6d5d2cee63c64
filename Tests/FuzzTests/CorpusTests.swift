import Foundation
import FuzzTargets
import Testing

/// Every input of the corpora, and every seed, through the same functions as under the fuzzer.
@Suite struct CorpusTests {
    private static let directory = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Fuzz/Corpus").path

    private static func files(_ target: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: "\(directory)/\(target)")) ?? []).sorted()
    }

    @Test("every target has a corpus, and every corpus a target")
    func targetsAndCorpora() throws {
        let corpora = try FileManager.default.contentsOfDirectory(atPath: CorpusTests.directory)
        #expect(Set(corpora) == Set(FuzzTarget.all.map(\.name)))
        for target in FuzzTarget.all { #expect(!CorpusTests.files(target.name).isEmpty, "\(target.name)") }
    }

    /// A finding stops the process; the name of the target is printed before.
    @Test("what the corpora hold does no harm", arguments: FuzzTarget.all.map(\.name))
    func replay(name: String) throws {
        let target = try #require(FuzzTarget.all.first { $0.name == name })
        for seed in target.seeds() { seed.withUnsafeBytes { target.run($0) } }
        target.run(UnsafeRawBufferPointer(start: nil, count: 0))
        for file in CorpusTests.files(name) {
            let data = try Data(contentsOf: URL(fileURLWithPath: "\(CorpusTests.directory)/\(name)/\(file)"))
            data.withUnsafeBytes { target.run($0) }
        }
    }

    @Test("all corpora together stay small")
    func corporaAreSmall() throws {
        var bytes = 0
        for target in FuzzTarget.all {
            for file in CorpusTests.files(target.name) {
                let path = "\(CorpusTests.directory)/\(target.name)/\(file)"
                bytes += (try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
            }
        }
        print("corpora: \(bytes) bytes")
        #expect(bytes <= 1 << 20)
    }
}
