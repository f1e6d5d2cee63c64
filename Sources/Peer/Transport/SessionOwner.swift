/// What a session tells its owner; every call is on the event loop.
protocol SessionOwner: AnyObject {
    /// Collects the flushes of sessions while one of them is being read.
    var flushes: FlushQueue { get }
    func sessionOpened(_ session: Session, initiated: Bool)
    func sessionReceived(_ frame: Frame, on session: Session)
    /// All frames that one read brought were given.
    func sessionReadEnded()
    func sessionClosed(_ session: Session)
    /// The connection ended before it became a session.
    func handshakeEnded(_ error: (any Error)?)
}
