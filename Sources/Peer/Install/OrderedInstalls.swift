package import Basics
import NIOConcurrencyHelpers
import Pipeline

/// How far the installs are that this peer has ordered, host by host, until the last host of each has ended.
package final class OrderedInstalls: Sendable {
    /// One image on its way to the hosts that were named.
    package struct Summary: Sendable, Hashable {
        package let image: ImageID
        package let hosts: Int
        package let done: Int
        package let failed: Int
        /// Seconds until the last host has all bytes; nil when nobody can tell.
        package let eta: Double?
    }

    private struct Target {
        enum State { case underWay, done, failed }

        var state = State.underWay
        /// Bytes that are lacking; nil before the target said it.
        var left: Int64?
        var window = RateWindow()
    }

    private let installs = NIOLockedValueBox<[ImageID: [PeerID: Target]]>([:])

    package init() {}

    package func began(_ image: ImageID, at target: PeerID, now: Instant) {
        installs.withLockedValue { $0[image, default: [:]][target] = Target() }
    }

    package func moved(_ image: ImageID, at target: PeerID, _ progress: InstallProgress, now: Instant) {
        installs.withLockedValue { installs in
            guard var known = installs[image]?[target] else { return }
            // A target says what it likes.
            let bytes = max(0, progress.bytes)
            known.left = max(0, progress.total &- bytes)
            known.window.look(at: bytes, now: now)
            installs[image]?[target] = known
        }
    }

    package func ended(_ image: ImageID, at target: PeerID, isDone: Bool) {
        installs.withLockedValue { installs in
            installs[image]?[target]?.state = isDone ? .done : .failed
            if installs[image]?.values.allSatisfy({ $0.state != .underWay }) == true { installs[image] = nil }
        }
    }

    /// The installs under way, by image.
    package func summaries(now: Instant) -> [Summary] {
        let installs = installs.withLockedValue { $0 }
        return installs.sorted { $0.key < $1.key }.map { image, targets in
            let open = targets.values.filter { $0.state == .underWay }
            return Summary(
                image: image, hosts: targets.count, done: targets.values.count { $0.state == .done },
                failed: targets.values.count { $0.state == .failed },
                eta: TimeLeft.last(
                    of: open.map { target in
                        target.left.flatMap { TimeLeft.seconds(bytes: $0, rate: target.window.rate(now: now)) }
                    }))
        }
    }
}
