import Basics
import Foundation
import Lab
import Testing

/// What a simulation refuses, and with which words.
@Suite("Bad input of simulations")
struct SimulationInputTests {
    private func withFile<Result>(_ text: String, _ body: (String) throws -> Result) throws -> Result {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("skein-\(UUID().uuidString)")
        try Data(text.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        return try body(file.path)
    }

    private static func network(hosts: Int, image: String = "image: {size: 1MiB}") -> String {
        "name: t\nsites: [{name: s, racks: [{name: r, hosts: \(hosts)}]}]\n\(image)\n"
    }

    private func refusal(
        _ text: String, hosts: Int? = nil, size: ByteCount? = nil, _ code: SkeinError.Code = .usage
    ) throws -> String {
        try withFile(text) { path in
            let error = #expect(throws: SkeinError.self) {
                let topology = try SimulationRun.topology(file: path, hosts: hosts, imageSize: size)
                _ = try SimulationRun.run(topology, options: SimulationOptions())
            }
            #expect(error?.code == code)
            return error?.cause ?? ""
        }
    }

    @Test("too many hosts, fewer than the file has, one host, and nothing to distribute")
    func networks() throws {
        let cause = "hosts: the file has 4, and at most \(LabLimits.hosts) are possible"
        let four = Self.network(hosts: 4)
        #expect(try refusal(four, hosts: LabLimits.hosts + 1) == "\(LabLimits.hosts + 1) \(cause)")
        #expect(try refusal(four, hosts: 3) == "3 \(cause)")
        #expect(try refusal(Self.network(hosts: 1)) == "it has one host, so nothing is to be distributed")
        #expect(try refusal(Self.network(hosts: 4, image: "")) == "it has no image, so nothing is to be distributed")
        // A size makes one.
        try withFile(Self.network(hosts: 4, image: "")) { path in
            let topology = try SimulationRun.topology(file: path, hosts: nil, imageSize: .mebibytes(1))
            #expect(try SimulatedStory.run(topology).isWhole)
        }
    }

    @Test("sizes that no image has")
    func sizes() throws {
        let four = Self.network(hosts: 4)
        #expect(try refusal(four, size: ByteCount(bytes: 0)) == "an image has from 1 B to 16 TiB")
        #expect(try refusal(four, size: ByteCount(bytes: .max)) == "an image has from 1 B to 16 TiB")
    }

    @Test("an image that is a file counts with its size, and must be there")
    func files() throws {
        let missing = Self.network(hosts: 4, image: "image: {path: /nonexistent/disk.raw}")
        #expect(try refusal(missing, .notFound).hasPrefix("/nonexistent/disk.raw: "))
        try withFile(String(repeating: "x", count: 3 << 18)) { image in
            let topology = try Topology.parse(Self.network(hosts: 3, image: "image: {path: \(image)}"), file: "x")
            let report = try SimulatedStory.run(topology)
            #expect(report.isWhole && report.storedBytes >= 3 << 18)
        }
    }

    @Test("a file that is no topology")
    func topologies() throws {
        #expect(throws: SkeinError.self) {
            try SimulationRun.topology(file: "/nonexistent/x.yaml", hosts: nil, imageSize: nil)
        }
        _ = try refusal("name: t\nsitse: []\n")
    }

    @Test("parameters are read as they are written")
    func parameters() throws {
        var parameters = SimulationParameters()
        parameters.relaySeconds = 0.005
        parameters.diskRate = 1e8
        let text = String(decoding: try JSONEncoder().encode(parameters), as: UTF8.self)
        #expect(try withFile(text) { try SimulationParameters.read($0) } == parameters)
        let missing = #expect(throws: SkeinError.self) { try SimulationParameters.read("/nonexistent/p.json") }
        #expect(missing?.code == .notFound)
        for (bad, cause) in [("{}", "is missing"), ("[1]", "something else"), ("goodput: 1", "damaged")] {
            let error = #expect(throws: SkeinError.self) { try withFile(bad) { try SimulationParameters.read($0) } }
            #expect(error?.code == .usage, "\(bad)")
            #expect(error?.cause.contains(cause) == true, "\(error?.cause ?? "")")
            #expect(error?.next.contains("lab calibrate") == true)
        }
    }

    @Test("parameters that no network has")
    func impossibleParameters() throws {
        let changes: [(String, (inout SimulationParameters) -> Void)] = [
            ("goodput_share is a share", { $0.goodputShare = 0 }), ("frame_share is a share", { $0.frameShare = 1.5 }),
            ("disk_bytes_per_s is a rate", { $0.diskRate = 0 }),
            ("unshaped_bytes_per_s is a rate", { $0.unshapedRate = -1 }),
            ("order_s is a time", { $0.orderSeconds = -0.1 }), ("finish_s is a time", { $0.finishSeconds = 1e9 }),
        ]
        for (cause, change) in changes {
            var parameters = SimulationParameters()
            change(&parameters)
            let text = String(decoding: try JSONEncoder().encode(parameters), as: UTF8.self)
            let error = #expect(throws: SkeinError.self) { try withFile(text) { try SimulationParameters.read($0) } }
            #expect(error?.code == .usage)
            #expect(error?.cause.contains(cause) == true, "\(error?.cause ?? "")")
        }
    }
}
