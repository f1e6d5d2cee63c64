import Basics
import Pipeline

/// What is under way, for `skein status`.
extension ControlOperations {
    /// - Parameter names: of images, by ImageID.
    func addTransfers(to status: inout PeerStatus, _ names: [String: String]) async throws {
        var transfers: [StatusTransfer] = []
        for record in try await images.installs.transfers() where !record.hasEnded {
            let image = record.image.description
            let rate = try await plane.standing(ofFlow: record.image)?.inRate
            transfers.append(
                StatusTransfer(
                    image: image, name: names[image], state: record.state.rawValue, bytes: record.bytes,
                    total: record.total, rate: rate ?? 0,
                    eta: record.total > 0
                        ? TimeLeft.seconds(bytes: record.total - record.bytes, rate: rate) : nil))
        }
        status.transfers = transfers
        status.installs = images.coordinator.ordered.summaries(now: MonotonicClock.now()).map { install in
            let image = install.image.description
            return StatusInstall(
                image: image, name: names[image], hosts: install.hosts, done: install.done, failed: install.failed,
                eta: install.eta)
        }
    }
}
