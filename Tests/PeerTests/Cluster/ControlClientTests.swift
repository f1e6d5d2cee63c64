import Basics
import Foundation
import Peer
import Testing

/// The client when there is nobody to talk to; with a peer the end-to-end tests use it.
@Suite struct ControlClientTests {
    @Test("no peer is an error that says how to start one")
    func noPeer() async {
        let error = await #expect(throws: SkeinError.self) {
            try await ControlClient(socket: "/nonexistent/skein.sock").get("/status", as: PeerStatus.self)
        }
        #expect(error?.code == .unreachable)
        #expect(error?.next.contains("skein peer run") == true)
    }

    @Test("a socket that nobody listens at is as good as none")
    func staleSocket() async throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("skein-\(UUID().uuidString)").path
        try Data().write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let error = await #expect(throws: SkeinError.self) {
            try await ControlClient(socket: path).get("/status", as: PeerStatus.self)
        }
        #expect(error?.code == .unreachable)
    }

    @Test("a path that no socket address holds is bad usage", arguments: ["", String(repeating: "x", count: 108)])
    func badPath(path: String) async {
        let error = await #expect(throws: SkeinError.self) {
            try await ControlClient(socket: path).get("/status", as: PeerStatus.self)
        }
        #expect(error?.code == .usage)
    }

    @Test("names become one part of a path")
    func escaping() {
        #expect(ControlClient.escape("a/b?c d%é@3:&") == "a%2Fb%3Fc%20d%25%C3%A9@3:%26")
    }

    @Test("an error survives the way over JSON")
    func errorsSurvive() throws {
        for code in SkeinError.Code.allCases {
            let error = SkeinError(code, doing: "a", cause: "b", next: "c")
            let data = try JSONEncoder().encode(ErrorReport(error))
            #expect(try JSONDecoder().decode(ErrorReport.self, from: data).error == error)
        }
    }
}
