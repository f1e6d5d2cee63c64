import Basics
import Lab
import Peer

/// Speaks to the peers of a lab through their control API.
struct PeerLabControl: LabControl {
    func peersAlive(socket: String) async throws -> Int {
        try await ControlClient(socket: socket).get("/status", as: PeerStatus.self).peersAlive
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

    func transfers(socket: String) async throws -> [LabTransfer] {
        try await ControlClient(socket: socket).get("/transfers", as: [LabTransfer].self)
    }
}
