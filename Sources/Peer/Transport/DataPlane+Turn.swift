import NIOCore

/// Work that is done once for all that came in one turn of the event loop.
///
/// A turn reads every socket that has something. At its end slices of all senders are hashed side by side, each transfer
/// gives its children what came in one go, and each session writes once. Nothing waits for a later turn.
extension DataPlane {
    func sessionReads() { beginTurn() }

    func sessionBecameWritable(_ session: Session) {
        for feed in session.feeds.values { pumpAtEnd(feed.transfer) }
    }

    /// Children of the transfer may get something.
    func pumpAtEnd(_ transfer: ImageTransfer) {
        guard !transfer.isPumpDue else { return }
        transfer.isPumpDue = true
        pumping.append(transfer)
        beginTurn()
    }

    /// What is asked for from now on is done when all that is there was dealt with.
    private func beginTurn() {
        guard !flushes.isHolding else { return }
        flushes.hold()
        // The loop runs this when it has been through all sockets.
        loop.assumeIsolated().execute { [self] in endTurn() }
    }

    private func endTurn() {
        slices.finish()
        // A socket that takes more while it is written to adds its transfer again: those wait for the next turn.
        swap(&pumping, &pumped)
        for transfer in pumped {
            transfer.isPumpDue = false
            transfer.pump()
        }
        pumped.removeAll(keepingCapacity: true)
        flushes.release()
        if !pumping.isEmpty { beginTurn() }
    }
}
