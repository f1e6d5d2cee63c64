import Pipeline

/// One subscription of a child at a parent in virtual time: a TCP connection's window, and what waits for the other end.
struct SimulatedFlow {
    /// How far a subscription is.
    enum State: UInt8 {
        /// On its way to the parent.
        case asking
        case open
        /// Left by the child, refused, or lost.
        case closed
    }

    /// Copies (an image at a host) at both ends, as places in the simulation's.
    let parent: Int32
    let child: Int32
    let pathStart: Int32
    let pathCount: Int32
    /// The one-way delay of the path in nanoseconds.
    let delay: Int64
    /// Bytes that may be under way.
    let window: Int
    /// What the parent's socket takes ahead of what it has sent.
    let unsentLimit: Int
    var inFlight = 0
    /// Of these, what has not left the parent's own link: a socket takes little more than it can send.
    var unsent = 0
    var state = State.asking
    /// The parent still feeds it.
    var isFed = false
    /// The child's number in the parent's exchange.
    var slot: Int32 = -1
    /// Chunks whose header goes out with their next slice.
    var headers: [Int32] = []
    /// Wants on their way to the parent, oldest first.
    var wants: [Want] = []
    /// Slices that were sent and that arrived; answers come after the slices that were sent before them.
    var sent = 0
    var arrived = 0
    var answers: [Int] = []
    /// While a cut lasts: when TCP's retransmission brings the next bytes through.
    var blockedUntil: Int64 = 0
    /// Bytes of slices that arrived.
    var bytes: Int64 = 0

    /// The parent's socket takes another slice.
    var isWritable: Bool { inFlight < window && unsent < unsentLimit }
}
