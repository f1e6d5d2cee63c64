import Basics
import NIOConcurrencyHelpers
import Pipeline

/// The installs that this peer has ordered and that are under way, so that hosts which come later get a place in the trees
/// that there are, instead of trees of their own over the same links.
final class ActiveInstalls: Sendable {
    struct Install: Sendable {
        let inputs: PlanInputs
        let started: Instant
        fileprivate(set) var unfinished: Set<PeerID>
    }

    private let installs = NIOLockedValueBox<[ImageID: Install]>([:])

    /// The install of an image that some host has not finished.
    func underWay(_ image: ImageID) -> Install? {
        installs.withLockedValue { $0[image].flatMap { $0.unfinished.isEmpty ? nil : $0 } }
    }

    func began(_ image: ImageID, _ inputs: PlanInputs, targets: Set<PeerID>, now: Instant) {
        installs.withLockedValue { $0[image] = Install(inputs: inputs, started: now, unfinished: targets) }
    }

    func joined(_ image: ImageID, targets: Set<PeerID>) {
        installs.withLockedValue { $0[image]?.unfinished.formUnion(targets) }
    }

    /// A target has it, or has failed.
    func ended(_ image: ImageID, at target: PeerID) {
        installs.withLockedValue { installs in
            installs[image]?.unfinished.remove(target)
            if installs[image]?.unfinished.isEmpty == true { installs[image] = nil }
        }
    }
}
