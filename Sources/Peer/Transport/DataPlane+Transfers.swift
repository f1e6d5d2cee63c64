import Basics
import ImageStore
import Logging
import Pipeline

/// Those who wait until an image was looked up.
struct ImageLookup {
    /// They asked before it began.
    let asking: [(ImageTransfer?) -> Void]
    /// They asked while it ran. When nothing was found it is done once more for them: the image may have come meanwhile.
    var next: [(ImageTransfer?) -> Void] = []
}

/// The images that are on their way here or from here.
extension DataPlane {
    /// The transfer of an image this peer has a manifest of; nil when it knows no such image.
    func transfer(for image: ImageID, then: @escaping (ImageTransfer?) -> Void) {
        if let transfer = transfers[image] { return then(transfer) }
        guard lookups[image] == nil else {
            // The manifest may have come since that began.
            lookups[image]?.next.append(then)
            return
        }
        lookUp(image, for: [then])
    }

    private func lookUp(_ image: ImageID, for asking: [(ImageTransfer?) -> Void]) {
        lookups[image] = ImageLookup(asking: asking)
        let store = store
        workers.run(on: loop) { () -> (Manifest, Bitmap, Int64)? in
            guard let manifest = try store.manifest(image) else { return nil }
            let held = try store.held(manifest)
            let lacking = manifest.distinctChunks.enumerated().reduce(0) { held[$1.0] ? $0 : $0 + $1.1.storedLength }
            return (manifest, held, Int64(lacking))
        } then: { [self] result in
            guard let lookup = lookups.removeValue(forKey: image) else { return }
            guard case .success(let (manifest, held, lacking)?) = result else {
                if !lookup.next.isEmpty { lookUp(image, for: lookup.next) }
                for then in lookup.asking { then(nil) }
                return
            }
            let transfer = ImageTransfer(
                image: image, manifest: manifest, held: held, lackingBytes: lacking, plane: self)
            transfers[image] = transfer
            for then in lookup.asking + lookup.next { then(transfer) }
            for one in early.take(image) { feed(one.session, stream: one.stream, from: transfer) }
        }
    }

    /// Gossip says that a peer is dead.
    func died(_ peer: PeerID) {
        for transfer in transfers.values { transfer.missed(peer) }
    }

    /// The answer of a peer that was asked for an echo.
    func echoed(_ peer: PeerID, after roundTrip: Duration) {
        for transfer in transfers.values { transfer.echoes?.echoed(peer, after: roundTrip) }
    }

    /// Forgets which chunks idle images hold, after an image was removed or damage was found.
    func forgetIdle() {
        transfers = transfers.filter { !$0.value.isIdle }
    }

    /// The transfer of an image that is or was in use lately.
    func knownTransfer(of image: ImageID) -> ImageTransfer? { transfers[image] }

    func isInUse(_ image: ImageID) -> Bool { transfers[image].map { !$0.isIdle } ?? false }
}
