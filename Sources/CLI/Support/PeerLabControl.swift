import Basics
import Lab
import Peer

/// Speaks to the peers of a lab through their control API.
struct PeerLabControl: LabControl, GossipControl {
    func peersAlive(socket: String) async throws -> Int {
        try await ControlClient(socket: socket).get("/status", as: PeerStatus.self).peersAlive
    }

    func peers(socket: String) async throws -> [String: String] {
        let rows = try await ControlClient(socket: socket).get("/peers", as: [PeerRow].self)
        return Dictionary(rows.map { ($0.name, $0.peer) }, uniquingKeysWith: { first, _ in first })
    }

    func membership(socket: String, since: Int64) async throws -> LabMembership {
        try await ControlClient(socket: socket).get("/membership?since=\(since)", as: LabMembership.self)
    }

    func importImage(socket: String, path: String, name: String) async throws -> LabImage {
        let event = try await ControlClient(socket: socket).run(
            .importImage(ImportRequest(path: path, name: name)), receive: { _ in })
        guard let row = event.images?.first else {
            throw SkeinError(.internal, doing: "importing \(path)", cause: "the peer does not say what it made")
        }
        return LabImage(image: row.image, storedBytes: row.storedBytes, diskBytes: row.diskBytes)
    }

    func push(socket: String, image: String, hosts: [String]) async throws {
        _ = try await ControlClient(socket: socket).run(
            .pushImage(PushRequest(image: image, hosts: hosts)), receive: { _ in })
    }

    func transfers(socket: String, withChunks: Bool) async throws -> [LabTransfer] {
        try await ControlClient(socket: socket)
            .get("/transfers\(withChunks ? "?chunks=1" : "")", as: [LabTransfer].self)
    }
}
