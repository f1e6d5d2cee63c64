/// Subscriptions of one session whose image is being looked up or waited for: what each wants by now.
///
/// A child may change its mind before the image is here. The newest want counts, and each has an answer of its own: a child
/// that is owed one waits with what it asked others for.
package struct PendingFeeds {
    package struct One {
        package var body: SubscribeBody
        /// Answers that it is owed.
        package var wants = 1
    }

    package enum Verdict: Hashable {
        /// It is new: look the image up.
        case lookUp
        /// It is looked up already.
        case wait
        /// It was refused; the answer is on its way.
        case over
        /// Too many, or too often.
        case refuse
        /// It was another image before.
        case malformed
    }

    private var pending: [UInt32: One] = [:]
    /// Children number their subscriptions upwards.
    private var newest: UInt32 = 0

    package init() {}

    package var isEmpty: Bool { pending.isEmpty }

    /// A child says what it wants over a stream that is not fed.
    ///
    /// - Parameter fed: streams of the session that are.
    package mutating func want(_ body: SubscribeBody, stream: UInt32, fed: Int) -> Verdict {
        if let one = pending[stream] {
            guard one.body.image == body.image else { return .malformed }
            guard one.wants < PeerLimits.earlyWants else {
                pending[stream] = nil
                return .refuse
            }
            pending[stream] = One(body: body, wants: one.wants + 1)
            return .wait
        }
        guard stream > newest else { return .over }
        newest = stream
        guard pending.count + fed < PeerLimits.streamsPerSession else { return .refuse }
        pending[stream] = One(body: body)
        return .lookUp
    }

    /// It wants something still.
    package func isWaiting(_ stream: UInt32) -> Bool { pending[stream] != nil }

    /// It is fed, refused, or has gone.
    @discardableResult
    package mutating func end(_ stream: UInt32) -> One? { pending.removeValue(forKey: stream) }
}
