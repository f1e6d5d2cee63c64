import Basics

/// What a child has at one parent: nothing yet while the session is being opened, then a stream.
struct Subscription {
    /// Tells a later attempt with the same peer from this one.
    let attempt: Int
    var session: Session?
    var stream: UInt32 = 0
}
