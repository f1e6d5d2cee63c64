import Basics
import Foundation
import Glibc
import Lab
import Testing

/// These raise real networks, so they need root; they run one after another, as they measure rates.
@Suite("Emulated networks", .serialized, .enabled(if: geteuid() == 0, "network namespaces need root"))
struct EmulationTests {
    /// Directories of a test's own, so that labs of people are never touched.
    static func lab() -> LabRun {
        let root = "/tmp/skein-lab-test-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
        return LabRun(paths: LabPaths(stateRoot: "\(root)/s", dataRoot: "\(root)/d"), executable: "/bin/false")
    }

    static let networkOnly: LabOptions = {
        var options = LabOptions()
        options.startsPeers = false
        return options
    }()

    static var demo: String {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        return "/\(root)/topologies/demo.yaml"
    }

    /// What a lab could leave on the machine.
    func leftovers(_ run: LabRun, id: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/run/netns")) ?? []
        let mounts = (try? String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8)) ?? ""
        var left =
            names.filter { $0.contains(id) } + mounts.split(separator: "\n").map(String.init).filter { $0.contains(id) }
        for root in [run.paths.stateRoot, run.paths.dataRoot] {
            left += ((try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []).map { "\(root)/\($0)" }
        }
        return left
    }

    /// Runs a test with labs in directories of its own, and removes them after any end.
    func withLab(_ body: (LabRun) async throws -> Void) async throws {
        let run = Self.lab()
        let result: Result<Void, any Error>
        do { result = .success(try await body(run)) } catch { result = .failure(error) }
        _ = try? await run.downAll()
        try? FileManager.default.removeItem(atPath: String(run.paths.stateRoot.dropLast(2)))
        try result.get()
    }

    /// The labs there are.
    func labs(_ run: LabRun) -> [LabStatus] {
        do {
            return try run.list()
        } catch {
            Issue.record(error)
            return []
        }
    }

    /// Whether a process runs; one that ended and waits for its parent does not.
    func isAlive(_ process: Int32) -> Bool {
        guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8) else { return false }
        return text.split(separator: ")").last?.hasPrefix(" Z") == false
    }

    /// Waits for the number that a process writes into a file, and deletes the file.
    func processID(in path: String) async throws -> Int32 {
        for _ in 0..<200 {
            let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
            if text.hasSuffix("\n"), let number = Int32(text.dropLast()) {
                try FileManager.default.removeItem(atPath: path)
                return number
            }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw CocoaError(.fileNoSuchFile)
    }

    @Test("the demo's hosts reach each other at the rates of their links, and nothing is left after down")
    func demoNetwork() async throws {
        try await withLab { run in
            let lab = try await run.up(file: Self.demo, options: Self.networkOnly)
            #expect(lab.state == .up)
            #expect(lab.hosts.map(\.name) == ["h0", "h1", "h2", "h3"])
            #expect(lab.notes.isEmpty)
            let before = try await run.linkCounters()
            for (from, to) in [(0, 1), (3, 0)] {
                let bytes = 20_000_000
                let seconds = try await Sockets.transfer(
                    bytes: bytes, from: lab.hosts[from].namespace, to: lab.hosts[to].namespace,
                    at: lab.hosts[to].address)
                let rate = Double(bytes) * 8 / seconds
                // 200 Mbit/s less about 5 % of headers.
                #expect(abs(rate / 190e6 - 1) < 0.15, "\(rate / 1e6) Mbit/s from \(from) to \(to)")
            }
            let after = try await run.linkCounters()
            func grown(_ link: String, _ side: KeyPath<LinkCounter, UInt64>) -> UInt64 {
                func value(_ list: [LinkCounter]) -> UInt64 { list.first { $0.link == link }?[keyPath: side] ?? 0 }
                return value(after) - value(before)
            }
            #expect(grown("office/r0/h0", \.upBytes) > 20_000_000)
            #expect(grown("office/r0/h0", \.downBytes) > 20_000_000)
            #expect(grown("office/r0", \.downBytes) > 20_000_000)
            #expect(grown("office/r0", \.upBytes) < 4_000_000)
            #expect(grown("office/r1/h2", \.downBytes) < 1_000_000)
            #expect(try await run.run(["sh", "-c", "test -n \"$SKEIN_SOCKET\" && exit 7"], host: "h2") == 7)
            #expect(try await run.run(["sh", "-c", "kill -9 $$"], host: "office/r1/h3") == 137)
            #expect(try await run.down() == "demo")
            #expect(leftovers(run, id: lab.id).isEmpty)
            #expect(labs(run).isEmpty)
        }
    }

    @Test("two labs of one file are up at once; a name is taken once")
    func twoLabs() async throws {
        try await withLab { run in
            var options = Self.networkOnly
            options.keepsDataInMemory = true
            let first = try await run.up(file: Self.demo, options: options)
            let second = try await run.up(file: Self.demo, name: "other", options: options)
            #expect(first.id != second.id)
            #expect(first.hosts[0].address == second.hosts[0].address)
            for lab in [first, second] {
                let h = lab.hosts
                #expect(await Sockets.reaches(from: h[0].namespace, to: h[3].namespace, at: h[3].address))
            }
            let again = await #expect(throws: SkeinError.self) { try await run.up(file: Self.demo, options: options) }
            #expect(again?.code == .conflict)
            #expect(labs(run).map(\.name) == ["demo", "other"])
            #expect(labs(run).map(\.state) == [.up, .up])
            let unclear = await #expect(throws: SkeinError.self) { try await run.down() }
            #expect(unclear?.cause == "several labs are up: demo, other")
            #expect(try await run.down(name: "demo") == "demo")
            #expect(leftovers(run, id: first.id).count == 2)
            #expect(try await run.downAll() == ["other"])
            #expect(leftovers(run, id: second.id).isEmpty)
        }
    }

    @Test("what a crash left is removed: processes in a namespace, and those that left it")
    func crash() async throws {
        try await withLab { run in
            let lab = try await run.up(file: Self.demo, options: Self.networkOnly)
            // As after kill -9 while the lab was being raised.
            let record = "\(run.paths.stateRoot)/demo/lab.json"
            let text = try String(contentsOfFile: record, encoding: .utf8)
            try text.replacing("\"up\"", with: "\"raising\"").write(toFile: record, atomically: true, encoding: .utf8)
            #expect(labs(run).map(\.state) == [.broken])
            // Ignores SIGTERM; has a clean environment; the second leaves the namespace.
            let stubborn = "trap '' TERM; echo $$ > \(run.paths.stateRoot)/pid; while :; do sleep 0.1; done"
            _ = try await run.run(
                ["sh", "-c", "env -i sh -c \"\(stubborn.replacing("$", with: "\\$"))\" &"], host: "h1")
            _ = try await run.run(
                [
                    "nsenter", "--net=/run/netns/skein-\(lab.id).out", "sh", "-c",
                    "sleep 1000 & echo $! > \(run.paths.stateRoot)/pid2",
                ],
                host: "h1")
            let pids = [
                try await processID(in: "\(run.paths.stateRoot)/pid"),
                try await processID(in: "\(run.paths.stateRoot)/pid2"),
            ]
            #expect(pids.allSatisfy(isAlive))
            #expect(try await run.down() == "demo")
            #expect(!pids.contains(where: isAlive))
            #expect(leftovers(run, id: lab.id).isEmpty)
            // A directory without a record: the crash came before anything was made.
            mkdir("\(run.paths.stateRoot)/early", 0o700)
            #expect(labs(run).map(\.state) == [.broken])
            #expect(try await run.downAll() == ["early"])
        }
    }

    @Test("a peer that ends is named with its last lines, and nothing is left")
    func brokenPeer() async throws {
        try await withLab { run in
            let noSite = await #expect(throws: SkeinError.self) { try await run.up(file: Self.demo) }
            #expect(noSite?.doing == "making the site of lab demo")
            #expect(labs(run).isEmpty)

            // A program that makes a site and whose peers end at once.
            let root = String(run.paths.stateRoot.dropLast(2))
            let program = "\(root)/skein"
            try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
            try """
            #!/bin/sh
            [ "$1" = site ] && exit 0
            echo "cannot open $4"; exit 9
            """.write(toFile: program, atomically: true, encoding: .utf8)
            chmod(program, 0o755)
            let scripted = LabRun(paths: run.paths, executable: program)
            let error = await #expect(throws: SkeinError.self) { try await scripted.up(file: Self.demo) }
            #expect(error?.doing.hasPrefix("starting the peer of office/r") == true)
            #expect(error?.cause.contains("it ended with status 9") == true)
            #expect(error?.cause.contains("cannot open \(root)/s/demo/h") == true)
            #expect(leftovers(run, id: "skein-lab-test").isEmpty)
            #expect(labs(run).isEmpty)
        }
    }

    @Test("a lab that is cancelled while it is raised leaves nothing")
    func cancelled() async throws {
        try await withLab { run in
            for delay in [0, 5, 20, 40] {
                let raising = Task { try await run.up(file: Self.demo, options: Self.networkOnly) }
                try await Task.sleep(for: .milliseconds(delay))
                raising.cancel()
                switch await raising.result {
                case .success: try await run.down()
                case .failure(let error): #expect((error as? SkeinError)?.code == .cancelled, "\(error)")
                }
                #expect(leftovers(run, id: "skein-lab-test").isEmpty)
            }
        }
    }

    @Test("names and files that cannot be are refused before anything is made")
    func refused() async throws {
        try await withLab { run in
            let name = await #expect(throws: SkeinError.self) { try await run.up(file: Self.demo, name: "a/b") }
            #expect(name?.code == .usage)
            let file = await #expect(throws: SkeinError.self) { try await run.up(file: "/nowhere.yaml") }
            #expect(file?.code == .notFound)
            let none = await #expect(throws: SkeinError.self) { try await run.run(["true"], host: "h0") }
            #expect(none?.cause == "no lab is up")
            #expect(labs(run).isEmpty)
        }
    }
}
