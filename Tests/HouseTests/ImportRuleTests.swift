import Testing

/// The architecture's import rules, read off the import lines.
@Suite struct ImportRuleTests {
    /// What a module may import.
    struct Rule {
        var ours: Set<String>
        var others: Set<String> = []
        /// The operating system and Foundation: for modules that do IO.
        var doesIO = false
    }

    static let system: Set<String> = [
        "Foundation", "FoundationEssentials", "Glibc", "Dispatch", "Synchronization", "SystemPackage", "Subprocess",
    ]
    static let collections: Set<String> = [
        "Collections", "DequeModule", "HeapModule", "OrderedCollections", "BitCollections",
    ]
    static let network: Set<String> = [
        "NIO", "NIOCore", "NIOPosix", "NIOHTTP1", "NIOConcurrencyHelpers", "NIOFoundationCompat", "NIOEmbedded",
        "Logging", "Metrics", "ServiceLifecycle", "Hummingbird", "HummingbirdCore", "HTTPTypes", "AsyncHTTPClient",
        "AsyncAlgorithms", "UnixSignals",
    ]

    static let rules: [String: Rule] = [
        "Basics": Rule(ours: []),
        "Trust": Rule(ours: ["Basics"], others: ["CMultiBuffer", "CSodium", "Crypto"]),
        "Gossip": Rule(ours: ["Basics"]),
        "Pipeline": Rule(ours: ["Basics"]),
        "StrictYAML": Rule(ours: ["Basics"], others: ["Yams"], doesIO: true),
        "ImageStore": Rule(ours: ["Basics", "Trust"], others: ["CZstd", "GRDB"], doesIO: true),
        "Launcher": Rule(ours: ["Basics"], others: ["CLibvirt"], doesIO: true),
        "Peer": Rule(
            ours: ["Basics", "StrictYAML", "Trust", "Gossip", "Pipeline", "ImageStore", "Launcher"], others: network,
            doesIO: true),
        "Lab": Rule(ours: ["Basics", "StrictYAML", "Gossip", "Pipeline"], doesIO: true),
        "CLI": Rule(
            ours: ["Basics", "StrictYAML", "Trust", "ImageStore", "Launcher", "Peer", "Lab"],
            others: ["ArgumentParser", "Logging", "ServiceLifecycle"], doesIO: true),
    ]

    @Test("every module has a rule, and every rule a module")
    func everyModuleHasARule() throws {
        let libraries = ["CSodium", "CZstd", "CLibvirt", "CMultiBuffer"]
        let modules = Set(try SourceTree.directories(in: "Sources")).subtracting(libraries)
        #expect(modules == Set(ImportRuleTests.rules.keys))
    }

    @Test("modules import only what the architecture allows")
    func modulesImportOnlyWhatIsAllowed() throws {
        for file in try SourceTree.swiftFiles(below: "Sources") {
            guard let rule = ImportRuleTests.rules[file.module] else { continue }
            let allowed = rule.ours.union(rule.others).union(ImportRuleTests.collections)
                .union(rule.doesIO ? ImportRuleTests.system : [])
            let forbidden = try file.imports().subtracting(allowed).sorted()
            #expect(forbidden.isEmpty, "\(file) imports \(forbidden.joined(separator: ", "))")
        }
    }

    /// A library, the module that may import it, and how the file's name has to begin.
    static let narrow: [(library: String, module: String, prefixes: [String])] = [
        ("GRDB", "ImageStore", ["Catalog", "State"]),
        ("CLibvirt", "Launcher", ["Libvirt"]),
        ("CMultiBuffer", "Trust", ["MultiBuffer"]),
        ("CSodium", "Trust", [""]),
        ("CZstd", "ImageStore", [""]),
        ("Yams", "StrictYAML", [""]),
    ]

    @Test("libraries with sharp edges stay in the files made for them", arguments: narrow.map(\.library))
    func librariesStayInTheirFiles(library: String) throws {
        let rule = try #require(ImportRuleTests.narrow.first { $0.library == library })
        for file in try SourceTree.swiftFiles(below: "Sources") where try file.imports().contains(library) {
            let isAllowed = file.module == rule.module && rule.prefixes.contains { file.name.hasPrefix($0) }
            #expect(isAllowed, "\(file) imports \(library)")
        }
    }

    @Test("tests use public interfaces and Swift Testing")
    func testsUsePublicInterfaces() throws {
        // Written in two pieces, so that this file does not find itself.
        let words = ["@test" + "able", "import XC" + "Test"]
        for file in try SourceTree.swiftFiles(below: "Tests") {
            let text = try file.text()
            for word in words { #expect(!text.contains(word), "\(file) has \(word)") }
        }
    }

    @Test("import lines of every form are read")
    func importLinesAreRead() throws {
        let file = SourceFilePath(path: "Tests/HouseTests/ImportRuleTests.swift")
        #expect(try file.imports() == ["Testing"])
        #expect(try SourceFilePath(path: "Sources/Peer/Control/ControlMessages.swift").imports().contains("Basics"))
    }
}
