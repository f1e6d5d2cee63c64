import Basics
import Logging
import Pipeline

/// The subscriptions of children.
extension DataPlane {
    func subscribed(_ frame: Frame, _ session: Session) {
        let stream = frame.header.stream
        guard let body = try? SubscribeBody(decoding: frame.body) else { return session.close() }
        if session.feeds[stream] != nil { return change(session, stream: stream, body) }
        switch session.pendingFeeds.want(body, stream: stream, fed: session.feeds.count) {
        case .wait, .over: return
        case .refuse: return session.send(.refused, stream: stream)
        case .malformed: return session.close()
        case .lookUp: break
        }
        transfer(for: body.image) { [self] transfer in
            // It may have taken its subscription back meanwhile.
            guard !session.isClosed, session.pendingFeeds.isWaiting(stream) else { return }
            if let transfer { return feed(session, stream: stream, from: transfer) }
            guard early.add(session, stream: stream, image: body.image) else { return refuse(session, stream: stream) }
            beBusy()
        }
    }

    /// A child that waits for an image gets nothing here.
    func refuse(_ session: Session, stream: UInt32) {
        session.pendingFeeds.end(stream)
        session.send(.refused, stream: stream)
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

    /// Begins to feed a child that waited for the image.
    func feed(_ session: Session, stream: UInt32, from transfer: ImageTransfer) {
        guard let pending = session.pendingFeeds.end(stream) else { return }
        guard let child = transfer.exchange.addChild(pending.body.want, credit: Int(pending.body.credit)) else {
            return session.send(.refused, stream: stream)
        }
        let feed = Feed(stream: stream, session: session, transfer: transfer, child: child)
        session.feeds[stream] = feed
        for _ in 0..<pending.wants { session.send(.accepted, stream: stream) }
        transfer.add(feed)
        logger.debug("feeding \(session.name) with image \(pending.body.image.short)")
    }
}
