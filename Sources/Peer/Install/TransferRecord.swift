import Basics

/// One fetch of an image by this peer, from the order to the assembled disk, for those who ask how it went.
struct TransferRecord: Sendable {
    enum State: String, Sendable { case receiving, assembling, done, failed }

    let image: ImageID
    var state = State.receiving
    /// When the order was taken up.
    let started: Instant
    /// When the copy was whole, verified and assembled.
    var finished: Instant?
    /// Stored bytes that came, and all that had to come.
    var bytes: Int64 = 0
    var total: Int64 = 0
    /// Of a fetch that has ended; one under way is asked for it.
    var tally = TransferTally()
    /// Why it failed.
    var reason: String?
    /// Of a fetch under way: the chunks that this peer can serve.
    var held: Bitmap?

    init(image: ImageID, started: Instant) {
        self.image = image
        self.started = started
    }

    var hasEnded: Bool {
        switch state {
        case .receiving, .assembling: false
        case .done, .failed: true
        }
    }
}
