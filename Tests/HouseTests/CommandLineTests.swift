import Foundation
import Testing

/// The command line as a person meets it, run as a process.
@Suite struct CommandLineTests {
    static let verbs: [[String]] = [
        ["up"], ["ps"], ["logs"], ["down"], ["doctor"], ["validate"], ["peers"], ["status"], ["image", "build"],
        ["image", "import"], ["image", "export"], ["image", "ls"], ["image", "show"], ["image", "verify"],
        ["image", "rm"], ["image", "push"], ["lab", "up"], ["lab", "down"], ["lab", "exec"], ["lab", "ls"],
        ["lab", "run"], ["lab", "simulate"], ["lab", "compare"], ["lab", "stats"], ["transfers"], ["flow"],
    ]

    @Test("every verb has help with an example, and --json", arguments: verbs)
    func everyVerbHasHelp(verb: [String]) throws {
        let outcome = try SkeinProcess.run(verb + ["--help"])
        #expect(outcome.code == 0)
        #expect(outcome.output.contains("Example:  skein \(verb.joined(separator: " "))"))
        #expect(outcome.output.contains("--json"))
    }

    @Test("the examples are valid", arguments: ["hello", "smallest", "mpi"])
    func examplesAreValid(name: String) throws {
        let path = SourceTree.root.appendingPathComponent("examples/\(name).yaml").path
        let outcome = try SkeinProcess.run(["validate", "-f", path])
        #expect(outcome.code == 0, "\(outcome.error)")
        #expect(outcome.output.hasPrefix("\(name): "))
    }

    @Test("a mistake in a file is shown with its line and a hint, and exits with 2")
    func aMistakeIsShown() throws {
        let outcome = try validate("name: a\nroles:\n  compute: {count: 4, memroy: 1GiB}\n")
        #expect(outcome.code == 2)
        #expect(outcome.error.contains("cluster.yaml:3:"))
        #expect(outcome.error.contains("did you mean \"memory\"?"))
    }

    @Test("what a file names is read beside the file, and a missing one is an error at its line")
    func sourcesAreRead() throws {
        let text = "name: a\nroles: {compute: {count: 1}}\nimage:\n  files:\n    - {path: /etc/a, source: data.txt}\n"
        let missing = try validate(text)
        #expect(missing.code == 2)
        #expect(missing.error.contains("cluster.yaml:5:"))
        #expect(missing.error.contains("No such file"))
        #expect(try validate(text, with: ["data.txt": "content"]).code == 0)
    }

    @Test("a wrong command line exits with 2", arguments: [["frobnicate"], ["up"], ["ps", "--frobnicate"]])
    func aWrongLineExitsWith2(arguments: [String]) throws {
        let outcome = try SkeinProcess.run(arguments)
        #expect(outcome.code == 2)
        #expect(outcome.output.isEmpty)
        #expect(!outcome.error.isEmpty)
    }

    @Test(
        "without a peer every verb says how to start one",
        arguments: [["ps"], ["peers"], ["status"], ["transfers"], ["flow", "hello"], ["image", "ls"]])
    func withoutAPeer(verb: [String]) throws {
        let outcome = try SkeinProcess.run(verb)
        #expect(outcome.code == 1)
        #expect(outcome.error.contains("no peer runs there"))
        #expect(outcome.error.contains("skein peer run"))
        let json = try SkeinProcess.run(verb + ["--json"])
        #expect(json.output.contains("\"code\":\"unreachable\""))
    }

    private func validate(_ text: String, with files: [String: String] = [:]) throws -> SkeinProcess.Outcome {
        let directory = FileManager.default.temporaryDirectory
            .appendingPathComponent("skein-file-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        for (name, content) in files { try Data(content.utf8).write(to: directory.appendingPathComponent(name)) }
        let file = directory.appendingPathComponent("cluster.yaml")
        try Data(text.utf8).write(to: file)
        return try SkeinProcess.run(["validate", "-f", file.path])
    }
}
