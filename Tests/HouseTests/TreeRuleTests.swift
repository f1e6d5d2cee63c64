import Foundation
import Testing

/// What holds for every file of the repository.
@Suite struct TreeRuleTests {
    @Test("every module says its purpose in a README")
    func everyModuleHasAReadme() throws {
        for module in try SourceTree.directories(in: "Sources") where !module.hasPrefix("C") || module == "CLI" {
            let file = SourceFilePath(path: "Sources/\(module)/README.md")
            let lines = (try? file.lines().filter { !$0.isEmpty && !$0.hasPrefix("#") }) ?? []
            #expect(!lines.isEmpty, "\(file) is missing or says nothing")
        }
    }

    @Test("files stay under 400 lines, and half of them under 160")
    func filesStayShort() throws {
        let files = try SourceTree.swiftFiles(below: "Sources") + SourceTree.swiftFiles(below: "Tests")
        let counts = try files.map { try $0.lines().count }
        for (file, count) in zip(files, counts) {
            #expect(count < 400, "\(file) has \(count) lines")
        }
        #expect(counts.sorted()[counts.count / 2] < 160)
    }

    @Test("no type bears the name of its module")
    func noTypeBearsTheNameOfItsModule() throws {
        let kinds = ["struct", "class", "enum", "actor", "protocol", "typealias"]
        for file in try SourceTree.swiftFiles(below: "Sources") {
            for line in try file.lines() {
                let words = line.split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init)
                for (kind, name) in zip(words, words.dropFirst()) where kinds.contains(kind) {
                    let isComment = line.drop { $0 == " " }.hasPrefix("//")
                    #expect(isComment || name != file.module, "\(file) declares \(kind) \(name)")
                }
            }
        }
    }

    /// Hosts that the repository may point at: specifications, licences and public projects.
    static let linkedHosts = [
        "github.com", "www.apache.org", "json-schema.org", "www.swift.org", "swift.org", "www.debian.org",
        "noiseprotocol.org", "www.rfc-editor.org", "doi.org", "example.org",
    ]

    @Test("nothing names the machine it was written on")
    func nothingNamesAMachine() throws {
        // Written in pieces, so that this file does not find itself.
        let places = ["/wo" + "rk/", "/opt/" + "swift", "/ho" + "me/build"]
        for file in try SourceTree.files(below: "") where try isText(file) {
            let text = try file.text()
            for place in places { #expect(!text.contains(place), "\(file) names \(place)") }
            for host in hosts(in: text) {
                let isKnown =
                    TreeRuleTests.linkedHosts.contains(host) || host.hasSuffix(".invalid")
                    || host.hasSuffix(".example")
                #expect(isKnown, "\(file) names the host \(host)")
            }
        }
    }

    private func isText(_ file: SourceFilePath) throws -> Bool {
        let endings = ["swift", "md", "yaml", "yml", "sh", "json", "h", "modulemap", "txt", "run"]
        let ending = file.name.split(separator: ".").last.map(String.init) ?? ""
        return endings.contains(ending) || ["Makefile", "LICENSE"].contains(file.name)
    }

    /// The hosts of the web addresses in a text.
    private func hosts(in text: String) -> [String] {
        var result: [String] = []
        for scheme in ["https://", "http://"] {
            for part in text.components(separatedBy: scheme).dropFirst() {
                let host = part.prefix { $0.isLetter || $0.isNumber || $0 == "." || $0 == "-" }
                if host.contains(".") { result.append(String(host)) }
            }
        }
        return result
    }
}
