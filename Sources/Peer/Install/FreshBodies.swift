import Basics
import NIOConcurrencyHelpers

/// What came last of some images, for peers that wait for it: what one host of an install gets, those behind it need at
/// once, before it is stored here. Each checks for itself.
final class FreshBodies: Sendable {
    private struct State {
        var fresh: [(image: ImageID, bytes: [UInt8])] = []
        var waiters: [Int: (image: ImageID, continuation: CheckedContinuation<[UInt8]?, Never>)] = [:]
        var lastWaiter = 0
    }

    private let state = NIOLockedValueBox(State())

    /// What came of an image, when it is one of the last.
    func bytes(of image: ImageID) -> [UInt8]? {
        state.withLockedValue { state in state.fresh.first { $0.image == image }?.bytes }
    }

    /// Something came and was checked.
    func came(_ image: ImageID, _ bytes: [UInt8]) {
        let waiting = state.withLockedValue { state in
            state.fresh.removeAll { $0.image == image }
            state.fresh.append((image, bytes))
            if state.fresh.count > PeerLimits.freshBodies { state.fresh.removeFirst() }
            let due = state.waiters.filter { $0.value.image == image }
            for number in due.keys { state.waiters[number] = nil }
            return due.values.map(\.continuation)
        }
        for continuation in waiting { continuation.resume(returning: bytes) }
    }

    /// Waits for what may be on its way; nil when it did not come, or too many wait.
    func wait(for image: ImageID, patience: Duration) async -> [UInt8]? {
        if let bytes = bytes(of: image) { return bytes }
        return await withCheckedContinuation { continuation in
            let number: Int? = state.withLockedValue { state in
                guard state.waiters.count < PeerLimits.bodyWaiters else { return nil }
                state.lastWaiter += 1
                state.waiters[state.lastWaiter] = (image, continuation)
                return state.lastWaiter
            }
            guard let number else { return continuation.resume(returning: nil) }
            Task {
                try? await Task.sleep(for: patience)
                let late = self.state.withLockedValue { $0.waiters.removeValue(forKey: number) }
                late?.continuation.resume(returning: nil)
            }
        }
    }
}
