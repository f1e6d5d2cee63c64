import Basics
import Logging
import Pipeline

/// The subscriptions of children.
extension DataPlane {
    func subscribed(_ frame: Frame, _ session: Session) {
        let stream = frame.header.stream
        guard let body = try? SubscribeBody(decoding: frame.body) else { return session.close() }
        if session.feeds[stream] != nil { return change(session, stream: stream, body) }
        guard session.feeds.count + session.openingFeeds < PeerLimits.streamsPerSession else {
            return session.send(.refused, stream: stream)
        }
        session.openingFeeds += 1
        transfer(for: body.image) { [self] transfer in
            session.openingFeeds -= 1
            guard !session.isClosed else { return }
            if let transfer { return feed(session, stream: stream, body, from: transfer) }
            guard early.add(session, stream: stream, body) else { return session.send(.refused, stream: stream) }
            beBusy()
        }
    }

    /// Another want of a child that is fed already.
    private func change(_ session: Session, stream: UInt32, _ body: SubscribeBody) {
        // Everything that was sent before is on its way: the answer comes behind it.
        guard let feed = session.feeds[stream], feed.transfer.image == body.image, feed.change(to: body.want) else {
            return session.close()
        }
        session.send(.accepted, stream: stream)
        feed.transfer.pump()
    }

    /// Begins to feed a child.
    ///
    /// - Parameter wants: what came of it so far; a child that is owed an answer waits with what it asked others for.
    func feed(
        _ session: Session, stream: UInt32, _ body: SubscribeBody, wants: Int = 1, from transfer: ImageTransfer
    ) {
        // While the image was looked up another want may have come.
        guard session.feeds[stream] == nil else { return change(session, stream: stream, body) }
        guard let child = transfer.exchange.addChild(body.want, credit: Int(body.credit)) else {
            return session.send(.refused, stream: stream)
        }
        let feed = Feed(stream: stream, session: session, transfer: transfer, child: child)
        session.feeds[stream] = feed
        for _ in 0..<wants { session.send(.accepted, stream: stream) }
        transfer.add(feed)
        logger.debug("feeding \(session.name) with image \(body.image.short)")
    }
}
