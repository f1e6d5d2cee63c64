/// What a session tells its owner; every call is on the event loop.
protocol SessionOwner: AnyObject {
    /// Collects the flushes of sessions until the turn of the event loop ends.
    var flushes: FlushQueue { get }
    func sessionOpened(_ session: Session, initiated: Bool)
    func sessionReceived(_ frame: Frame, on session: Session)
    /// A socket has brought something, which is given next.
    func sessionReads()
    /// Its socket takes bytes again.
    func sessionBecameWritable(_ session: Session)
    func sessionClosed(_ session: Session)
    /// The connection ended before it became a session.
    func handshakeEnded(_ error: (any Error)?)
}
